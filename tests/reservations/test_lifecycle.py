"""What can happen to a date, and what holds its space: the whole table."""

from itertools import product

import pytest

from booking.errors import WrongState
from booking.reservations.lifecycle import State, Step, after, holds_space, sources, state_of_all

RESULTS = {
    (State.PENDING, Step.CONFIRM): State.CONFIRMED,
    (State.PENDING, Step.DECLINE): State.DECLINED,
    (State.PENDING, Step.LOSE): State.DECLINED,
    (State.PENDING, Step.WITHDRAW): State.WITHDRAWN,
    (State.PENDING, Step.EXPIRE): State.EXPIRED,
    (State.CONFIRMED, Step.CANCEL): State.CANCELLED,
    (State.PENDING, Step.ACCEPT): State.CONFIRMED,
    (State.CONFIRMED, Step.ACCEPT): State.CONFIRMED,
    (State.CONFIRMED, Step.MARK_USED): State.USED,
    (State.NO_SHOW, Step.MARK_USED): State.USED,
    (State.CONFIRMED, Step.MARK_NO_SHOW): State.NO_SHOW,
    (State.USED, Step.MARK_NO_SHOW): State.NO_SHOW,
}


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_a_step_leads_where_the_table_says_or_nowhere(state: State, step: Step) -> None:
    if (state, step) in RESULTS:
        assert after(state, step) is RESULTS[state, step]
        assert state in sources(step)
    else:
        with pytest.raises(WrongState) as refused:
            after(state, step)
        assert refused.value.params == {"state": state.value, "step": step.value}


@pytest.mark.parametrize("state", State)
def test_what_is_confirmed_or_was_used_holds_and_a_pending_date_only_where_it_may(state: State) -> None:
    holding = {State.CONFIRMED, State.USED, State.NO_SHOW}
    assert holds_space(state, pending_holds=False) is (state in holding)
    assert holds_space(state, pending_holds=True) is (state in holding | {State.PENDING})


def test_dates_that_differ_are_mixed() -> None:
    assert state_of_all([State.PENDING, State.PENDING]) == "pending"
    assert state_of_all([State.PENDING, State.CONFIRMED]) == "mixed"
