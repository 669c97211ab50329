"""What the page of sheets shows: one's rooms, what the columns mean, what came of a sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from booking import clock
from booking.access.actor import Actor
from booking.access.roles import Right
from booking.desk.sheets import papers
from booking.desk.sheets.transfer import decides_somewhere, rooms_with
from booking.reservations.sheets.importing import MOST_LINES, MOST_NEW
from booking.reservations.sheets.lines import Line
from booking.reservations.sheets.notation import runs_past_midnight
from booking.rooms.exchange import MOST_ROOMS
from booking.rooms.fault_sentences import in_words
from booking.rooms.faults import Fault
from booking.rooms.pages import RoomSummary, summary
from booking.timetable.interval import Interval
from booking.timetable.seasons import season_of
from booking.web.carried import MOST_BYTES

SHOWN_FAULTS: Final = 100

# In the order of the sheet; the first six of these must be filled in
COLUMNS: Final = (
    ("room", True, _l("Tilan tunnus: sen osoitteen loppuosa. Tunnukset ovat tilataulukon sarakkeessa slug.")),
    ("date", True, _l("Päivä, 2027-01-12 tai 12.1.2027.")),
    ("start", True, _l("Alku, 18:00 tai 18.00.")),
    ("end", True, _l("Loppu. Jos se on alkua aiemmin, se on seuraavana päivänä, enintään 12 tunnin päässä.")),
    ("title", True, _l("Mikä tilaisuus on.")),
    ("people", True, _l("Montako henkilöä.")),
    (
        "reference",
        False,
        _l("Sama tunnus monella rivillä tekee niistä yhden varauksen, jossa on monta päivää."),
    ),
    ("end_date", False, _l("Viimeinen päivä, jos käyttö kestää yli yön ja yli 12 tuntia.")),
    ("state", False, _l("confirmed (vahvistettu, oletus) tai pending (odottaa käsittelyä).")),
    ("association", False, _l("Yhdistyksen tunnus: sen osoitteen loppuosa. Tyhjä: yksityishenkilö.")),
    ("booker", False, _l("Varaajan sähköposti, jos hänellä on tunnus. Tyhjä: sinä.")),
    ("purpose", False, _l("meeting, rehearsal, training, course, event tai other (oletus).")),
    (
        "visibility",
        False,
        _l("public (oletus), private (kalenterissa vain ”varattu”) tai event (kaikille avoin)."),
    ),
    ("responsible", False, _l("Vastuuhenkilön nimi. Tyhjä: sinä.")),
    ("contact", False, _l("Vastuuhenkilön puhelin tai sähköposti.")),
    ("note", False, _l("Viesti tai muistiinpano.")),
)


@dataclass(frozen=True, slots=True)
class FaultLine:
    """What is wrong on a line, in words."""

    line: int
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class KeptRoom:
    """One of one's rooms; papers are made of what is published."""

    room: RoomSummary
    is_published: bool
    decides: bool


def overview(actor: Actor, today: date) -> dict[str, Any]:
    """Return what the page knows whatever was asked."""
    decided = {room.id for room in rooms_with(Right.DECIDE, actor)}
    return {
        "rooms": [
            KeptRoom(summary(room), room.state == "published", room.id in decided)
            for room in rooms_with(Right.KEEP_ROOMS, actor)
        ],
        "season": papers.season_code(season_of(today)),
        "decides": decides_somewhere(actor),
        "columns": COLUMNS,
        "most_lines": MOST_LINES,
        "most_new": MOST_NEW,
        "most_rooms": MOST_ROOMS,
        "most_megabytes": MOST_BYTES // (1024 * 1024),
    }


@dataclass(frozen=True, slots=True)
class ShownDate:
    """A date of a sheet as it will be saved."""

    line: int
    room: str
    title: str
    use: Interval
    past_midnight: bool


def shown_dates(lines: Sequence[Line]) -> list[ShownDate]:
    """Return dates as a person looks at them before they are saved."""
    return [
        ShownDate(
            line.number,
            summary(line.room).name,
            line.values["title"],
            line.use,
            runs_past_midnight(line.use, clock.zone()),
        )
        for line in lines
    ]


def fault_lines(faults: Sequence[Fault]) -> list[FaultLine]:
    """Return the first faults in words, by line."""
    return [FaultLine(each.line, each.column, in_words(each)) for each in faults[:SHOWN_FAULTS]]
