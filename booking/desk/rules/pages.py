"""The rules' pages in ready words: what changes where, which dates it breaks, and what an example is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.desk.rules.service import RulesChange
from booking.desk.rules.trial import HOURS, JUDGED, PEOPLE, Verdict
from booking.desk.rules.words import NAMES, value_words
from booking.reservations.coming import Coming
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.rooms.rule_sentences import length, rule_sentence
from booking.web.filters import moment, time_range
from booking.web.sentences import register_sentences, sentence_for

register_sentences(
    {
        "rules_changed_meanwhile": _l(
            "Säännöt tai varaukset ovat muuttuneet sillä välin. Katso muutokset uudelleen ja tallenna sitten."
        ),
        "longest_below_shortest": lambda minutes: _(
            "Pisin varaus on lyhyempi kuin lyhin, %(time)s. Muuta toista.", time=length(minutes)
        ),
        "default_contradicts_rooms": lambda rooms: _(
            "Pisin varaus olisi lyhyempi kuin lyhin näissä tiloissa, joilla toinen on oma: %(rooms)s. "
            "Muuta oletusta tai tilan sääntöä.",
            rooms=", ".join(rooms),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Changed:
    """One rule before and after."""

    name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ChangedRoom:
    """A room where something changes: which rules, and the dates to come that break them, with why."""

    name: str
    rules: Sequence[str]
    dates: Sequence[Coming]
    why: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Preview:
    """A change in words. `new_claims_only`: the turnaround changes, which touches no reservation there is."""

    changed: Sequence[Changed]
    rooms: Sequence[ChangedRoom]
    begins: Sequence[str]
    ceases: Sequence[str]
    hit: int
    new_claims_only: bool
    changes_nothing: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What one rule says of an example."""

    name: str
    fits: bool
    words: str


@dataclass(frozen=True, slots=True)
class Trial:
    """What all rules say of an example; `outcome` is at_once, waits or refused."""

    outcome: str
    lines: Sequence[Line]


def preview_of(change: RulesChange) -> Preview:
    """Return a change as its page shows it."""
    names = {name for each in change.rooms for name in each.names} | set(change.names)
    return Preview(
        changed=[
            Changed(str(NAMES[name]), value_words(name, change.was), value_words(name, change.rules))
            for name in change.names
        ],
        rooms=[
            ChangedRoom(
                room_name(each.room),
                [str(NAMES[name]) for name in each.names],
                [one.date for one in each.breaking],
                {
                    one.date.occurrence_id: " ".join(sentence_for(broken) for broken in one.violations)
                    for one in each.breaking
                },
            )
            for each in change.rooms
        ],
        begins=[str(NAMES[name]) for name in change.begins],
        ceases=[str(NAMES[name]) for name in change.ceases],
        hit=change.hit,
        new_claims_only="turnaround_minutes" in names,
        changes_nothing=change.changes_nothing,
    )


def trial_of(room: RoomFacts, verdict: Verdict) -> Trial:
    """Return a verdict rule by rule, in words."""
    lines = []
    for name in JUDGED:
        broken = verdict.broken.get(name, ())
        if name == HOURS and "longest_minutes" in verdict.broken:
            continue  # the hours of too long a use are not looked at
        words = [sentence_for(each) for each in broken] or [_what_holds(name, room, verdict)]
        once = dict.fromkeys(words)  # the grid holds for the start and for the end
        lines.append(Line(_label(name), not broken, " ".join(once)))
    return Trial(verdict.outcome, lines)


def _label(name: str) -> str:
    return str({HOURS: _("Aukioloajat"), PEOPLE: _("Henkilömäärä")}.get(name) or NAMES[name])


def _what_holds(name: str, room: RoomFacts, verdict: Verdict) -> str:
    """Return what a rule says of an example that does not break it."""
    if name == HOURS:
        return str(_("Tila on silloin auki."))
    if name == PEOPLE:
        return str(
            _("Tilaan mahtuu %(count)s henkeä.", count=room.capacity)
            if room.capacity
            else _("Tilan henkilömäärä ei ole tiedossa, joten sitä ei rajata.")
        )
    more = ""
    if name == "turnaround_minutes" and room.rules.turnaround_minutes:
        more = _("Tila olisi varattu klo %(time)s.", time=time_range(verdict.taken))
    elif name == "cancellation_days":
        more = _("Tämän voisi perua %(moment)s asti.", moment=moment(verdict.deadline))
    return " ".join(part for part in (rule_sentence(name, room.rules), str(more)) if part)
