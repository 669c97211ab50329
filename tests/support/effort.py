"""How much of the same a run tries: a short twin in the suite, as much as one likes with `make soak`."""

import os

SOAK = int(os.environ.get("SOAK", "1"))
"""How many times the suite's rounds and examples; from 2 on the drawn examples are new ones each time."""


def times(number: int) -> int:
    """Return how many rounds or examples to try, for so many in the suite."""
    return number * SOAK
