"""People: sign-in, registration, sign-in throttling, API tokens."""
