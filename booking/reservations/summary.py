"""A whole series at a glance: one look for all its dates, and what they are in words."""

from collections.abc import Collection, Mapping

from flask_babel import ngettext

from booking.reservations.lifecycle import State

_GIVEN_UP = frozenset({State.WITHDRAWN, State.CANCELLED})
_OVER = frozenset({State.USED, State.NO_SHOW})


def look_of(states: Collection[str]) -> str:
    """PURE: Return the state that stands for a whole series, as chips and notices show it.

    What is ahead decides: what has been used, or was given up, makes no confirmed series less confirmed.
    "mixed" (osin vahvistettu): some dates are confirmed, others wait or came to nothing. "ended": nothing is
    ahead and the dates ended differently.
    """
    found = {State(each) for each in states}
    if len(found) == 1:
        return found.pop().value
    if State.CONFIRMED in found:
        settled = found <= {State.CONFIRMED} | _OVER | _GIVEN_UP
        return State.CONFIRMED.value if settled else "mixed"
    if State.PENDING in found:
        return "mixed" if found & _OVER else State.PENDING.value
    if found <= _OVER:
        return State.USED.value
    return "ended"


def counts_in_words(counts: Mapping[str, int]) -> str:
    """Return "17 vahvistettua, 2 odottaa, 1 hylätty", in the order in which it matters."""
    many = {state: counts.get(state, 0) for state in State}
    words = {
        State.CONFIRMED: ngettext("%(num)s vahvistettu", "%(num)s vahvistettua", many[State.CONFIRMED]),
        State.PENDING: ngettext("%(num)s odottaa", "%(num)s odottaa", many[State.PENDING]),
        State.USED: ngettext("%(num)s käytetty", "%(num)s käytettyä", many[State.USED]),
        State.NO_SHOW: ngettext(
            "%(num)s käyttämättä jätetty", "%(num)s käyttämättä jätettyä", many[State.NO_SHOW]
        ),
        State.DECLINED: ngettext("%(num)s hylätty", "%(num)s hylättyä", many[State.DECLINED]),
        State.EXPIRED: ngettext("%(num)s vanhentunut", "%(num)s vanhentunutta", many[State.EXPIRED]),
        State.WITHDRAWN: ngettext(
            "%(num)s peruttu ennen päätöstä", "%(num)s peruttua ennen päätöstä", many[State.WITHDRAWN]
        ),
        State.CANCELLED: ngettext("%(num)s peruttu", "%(num)s peruttua", many[State.CANCELLED]),
    }
    return ", ".join(phrase for state, phrase in words.items() if many[state])
