"""PURE: long work that tells how far it is, as a generator: its steps go to whoever waits."""

from collections.abc import Callable, Generator
from typing import NamedTuple, TypeVar

T = TypeVar("T")
EVERY = 100  # lines between two steps


class Step(NamedTuple):
    """So many lines of so many are done; `saves`: all of them are, and what comes now is one stroke."""

    done: int
    of: int
    saves: bool = False


def finished(work: Generator[Step, None, T], tick: Callable[[int], None] = lambda _: None) -> T:
    """Do the work to its end and return its result; `tick` gets the lines done since its last call."""
    done = 0
    while True:
        try:
            step = next(work)
        except StopIteration as end:
            result: T = end.value
            return result
        if step.done > done:
            tick(step.done - done)
            done = step.done
