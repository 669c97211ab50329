"""PURE: what can happen to one date of a reservation, and what holds its space.

Source: DOMAIN.md, "Reservations". Who may do it is policy's business, not this module's.
"""

from collections.abc import Iterable
from enum import StrEnum

from booking.errors import WrongState


class State(StrEnum):
    """Where a date stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    USED = "used"
    NO_SHOW = "no_show"


class Step(StrEnum):
    """What can be done to a date; also the name of the step in the history."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    LOSE = "lose"
    """Declined by itself: a competing request was confirmed and this one no longer fits."""
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    CANCEL = "cancel"
    ACCEPT = "accept"
    """The booker takes what the owner offers instead: confirmed at the offered time."""
    MARK_USED = "mark_used"
    MARK_NO_SHOW = "mark_no_show"


_STEPS: dict[Step, tuple[frozenset[State], State]] = {
    Step.CONFIRM: (frozenset({State.PENDING}), State.CONFIRMED),
    Step.DECLINE: (frozenset({State.PENDING}), State.DECLINED),
    Step.LOSE: (frozenset({State.PENDING}), State.DECLINED),
    Step.WITHDRAW: (frozenset({State.PENDING}), State.WITHDRAWN),
    Step.EXPIRE: (frozenset({State.PENDING}), State.EXPIRED),
    Step.CANCEL: (frozenset({State.CONFIRMED}), State.CANCELLED),
    Step.ACCEPT: (frozenset({State.PENDING, State.CONFIRMED}), State.CONFIRMED),
    # What was marked wrongly is marked anew
    Step.MARK_USED: (frozenset({State.CONFIRMED, State.NO_SHOW}), State.USED),
    Step.MARK_NO_SHOW: (frozenset({State.CONFIRMED, State.USED}), State.NO_SHOW),
}

HOLDING = frozenset({State.CONFIRMED, State.USED, State.NO_SHOW})
ACTIVE = frozenset({State.PENDING, State.CONFIRMED})


def sources(step: Step) -> frozenset[State]:
    """Return the states a date may be in for the step."""
    return _STEPS[step][0]


def after(state: State, step: Step) -> State:
    """Return the state after a step. Raises WrongState when the step cannot be taken from `state`."""
    before, result = _STEPS[step]
    if state not in before:
        raise WrongState(state=state.value, step=step.value)
    return result


def awaits_decision(state: State, *, moves: bool) -> bool:
    """Say whether an approver can decide on a date: on itself, or with `moves` on the booker's move of it."""
    return state is State.PENDING or (state is State.CONFIRMED and moves)


def holds_space(state: State, *, pending_holds: bool) -> bool:
    """Say whether a date in this state takes its space: a pending one only if it was asked for so."""
    return state in HOLDING or (state is State.PENDING and pending_holds)


def state_of_all(states: Iterable[State]) -> str:
    """Return the one state of all dates, or "mixed"."""
    found = set(states)
    return found.pop().value if len(found) == 1 else "mixed"
