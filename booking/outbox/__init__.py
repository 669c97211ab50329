"""Messages written in the transaction they tell of, delivered later by the worker with retries."""
