"""The one table that can block a space, and the only functions that write it."""
