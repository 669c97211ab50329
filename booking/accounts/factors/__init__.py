"""The second factor: codes of an authenticator app, recovery codes, and who must have it."""
