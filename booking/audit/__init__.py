"""The append-only record of what was done: who, when, what to what. Ids and codes, never a name or words."""
