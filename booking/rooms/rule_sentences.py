"""A room's rules and opening hours as sentences, and the sentences for breaking them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.rooms.facts import RoomFacts
from booking.rooms.rules import RoomRules
from booking.timetable.openings import OpeningHours
from booking.web.filters import clock_face, date_long, date_short
from booking.web.sentences import register_sentences

WEEKDAYS = (_l("ma"), _l("ti"), _l("ke"), _l("to"), _l("pe"), _l("la"), _l("su"))
MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Opening:
    """Days and their hours, in words."""

    days: str
    hours: str

    @classmethod
    def of_date(cls, day: date, hours: Sequence[tuple[int, int]]) -> "Opening":
        """Return the line of one date that differs from its week."""
        return cls(date_short(day), _hours(hours))


def opening_lines(hours: OpeningHours) -> list[Opening]:
    """Return the week as lines, a season at a time; neighbouring days with the same hours share one."""
    seasons = sorted(
        {(each.valid_from, each.valid_to) for each in hours.weekly},
        key=lambda season: (season[0] or date.min, season[1] or date.max),
    )
    lines = []
    for season in seasons:
        days = [
            tuple(
                (each.opens, each.closes)
                for each in hours.weekly
                if each.weekday == weekday and (each.valid_from, each.valid_to) == season
            )
            for weekday in range(7)
        ]
        lines += [Opening(_with_season(label, season), _hours(run)) for label, run in _runs(days)]
    return lines


def rule_lines(room: RoomFacts) -> list[str]:
    """Return the booking rules a person should know, a sentence each."""
    if not room.bookable:
        return [_("Omistaja ei ole tiedossa, joten tilaa ei voi varata tästä palvelusta.")]
    rules = room.rules
    told = ["who_may_book", "approval", "length", "grid_minutes", "notice_minutes", "longest_ahead_months"]
    told += ["cancellation_days"]
    if rules.turnaround_minutes:
        told.append("turnaround_minutes")
    if rules.most_active is not None:
        told.append("most_active")
    return [rule_sentence(name, rules) for name in told]


def rule_sentence(name: str, rules: RoomRules) -> str:
    """Return what a rule of that name says, as a sentence; "length" is the shortest and longest as one."""
    return str(_RULES[name](rules))


_RULES: Mapping[str, Callable[[RoomRules], str]] = {
    "who_may_book": lambda rules: {
        "anyone": _("Tilan voi varata kuka tahansa kirjautunut."),
        "associations": _("Tilan voivat varata yhdistykset ja ryhmät."),
        "members": _("Tilan voivat varata vain omistajan omat ryhmät ja jäsenet."),
    }[rules.who_may_book],
    "approval": lambda rules: {
        "at_once": _("Varaus vahvistuu heti."),
        "by_approver": _("Omistaja käsittelee pyynnön."),
        "by_round": _("Tilan vuorot jaetaan hakukierroksella."),
    }[rules.approval],
    "pending_holds": lambda rules: (
        _("Odottava pyyntö pitää ajan: muut eivät voi varata sitä ennen päätöstä.")
        if rules.pending_holds
        else _("Odottavat pyynnöt kilpailevat: samaa aikaa voi pyytää moni, ja omistaja valitsee.")
    ),
    "length": lambda rules: (
        _("Varauksen pituus on %(time)s.", time=length(rules.shortest_minutes))
        if rules.shortest_minutes == rules.longest_minutes
        else _(
            "Lyhin varaus on %(shortest)s, pisin %(longest)s.",
            shortest=length(rules.shortest_minutes),
            longest=length(rules.longest_minutes),
        )
    ),
    "grid_minutes": lambda rules: _(
        "Varaus alkaa ja päättyy %(minutes)s minuutin välein.", minutes=rules.grid_minutes
    ),
    "shortest_minutes": lambda rules: _("Lyhin varaus on %(time)s.", time=length(rules.shortest_minutes)),
    "longest_minutes": lambda rules: _("Pisin varaus on %(time)s.", time=length(rules.longest_minutes)),
    "turnaround_minutes": lambda rules: (
        _("Siivousaika käytön jälkeen: %(time)s.", time=length(rules.turnaround_minutes))
        if rules.turnaround_minutes
        else _("Käytön jälkeen ei ole siivousaikaa.")
    ),
    "notice_minutes": lambda rules: (
        _("Varaus tehdään vähintään %(time)s ennen alkua.", time=length(rules.notice_minutes))
        if rules.notice_minutes
        else _("Varauksen voi tehdä alkuun asti.")
    ),
    "longest_ahead_months": lambda rules: ngettext(
        "Varata voi enintään %(num)s kuukauden päähän.",
        "Varata voi enintään %(num)s kuukauden päähän.",
        rules.longest_ahead_months,
    ),
    "cancellation_days": lambda rules: (
        ngettext(
            "Varauksen voi perua viimeistään %(num)s päivä ennen.",
            "Varauksen voi perua viimeistään %(num)s päivää ennen.",
            rules.cancellation_days,
        )
        if rules.cancellation_days
        else _("Varauksen voi perua alkuun asti.")
    ),
    "most_active": lambda rules: (
        ngettext(
            "Yhdistyksellä voi olla %(num)s voimassa oleva varaus.",
            "Yhdistyksellä voi olla %(num)s voimassa olevaa varausta.",
            rules.most_active,
        )
        if rules.most_active is not None
        else _("Yhdistyksen varausten määrää ei rajata.")
    ),
}


def length(minutes: int) -> str:
    """Return a length in words: "2 tuntia", "1 tunti 30 minuuttia"; two whole days and more as days."""
    if minutes >= 2 * MINUTES_A_DAY and minutes % MINUTES_A_DAY == 0:
        return str(ngettext("%(num)s päivä", "%(num)s päivää", minutes // MINUTES_A_DAY))
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(num)s tunti", "%(num)s tuntia", hours))
    if rest or not hours:
        parts.append(ngettext("%(num)s minuutti", "%(num)s minuuttia", rest))
    return " ".join(str(part) for part in parts)


def _runs(days: Sequence[tuple[tuple[int, int], ...]]) -> list[tuple[str, tuple[tuple[int, int], ...]]]:
    runs: list[tuple[int, int]] = []
    for weekday, hours in enumerate(days):
        if runs and days[runs[-1][0]] == hours:
            runs[-1] = (runs[-1][0], weekday)
        else:
            runs.append((weekday, weekday))
    return [
        (
            str(WEEKDAYS[first]) if first == last else f"{WEEKDAYS[first]}–{WEEKDAYS[last]}",
            days[first],
        )
        for first, last in runs
    ]


def _with_season(label: str, season: tuple[date | None, date | None]) -> str:
    first, last = season
    if first is None and last is None:
        return label
    start = date_long(first) if first else ""
    end = date_long(last) if last else ""
    return f"{label} ({start}–{end})"


def _hours(hours: Sequence[tuple[int, int]]) -> str:
    if not hours:
        return str(_("suljettu"))
    return ", ".join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in sorted(hours))


def _clock(minutes: int) -> str:
    if minutes == MINUTES_A_DAY:
        return clock_face(24, 0)
    return clock_face(*divmod(minutes % MINUTES_A_DAY, 60))


register_sentences(
    {
        "unknown_room": _l("Tilaa ei löydy. Se on voitu poistaa käytöstä tai osoite on väärä."),
        "owner_unknown": _l("Omistaja ei ole tiedossa, joten tilaa ei voi varata tästä palvelusta."),
        "by_round_only": _l("Tilan vuorot jaetaan hakukierroksella."),
        "owners_members_only": lambda owner: _("Vain omistajan (%(owner)s) omille ryhmille.", owner=owner),
        "associations_only": _l("Vain yhdistyksille ja ryhmille. Valitse, minkä puolesta varaat."),
        "not_verified": _l(
            "Tila on vain vahvistetuille yhdistyksille ja ryhmille. Kaupunki katsoo uuden yhdistyksen tiedot"
            " yleensä kolmessa arkipäivässä, ja siitä tulee viesti. Siihen asti voit varata tiloja,"
            " jotka ovat avoimia kaikille."
        ),
        "bookers_only": _l(
            "Vain yhdistyksille ja ryhmille. Pyydä oikeus varata oman yhdistyksen hallinnolta."
        ),
        "too_many_people": lambda capacity, people: _(
            "Tilaan mahtuu %(capacity)s henkeä, pyynnössä on %(people)s. "
            "Valitse suurempi tila tai pienennä määrää.",
            capacity=capacity,
            people=people,
        ),
        "in_the_past": _l("Aika on jo mennyt. Valitse tuleva aika."),
        "too_soon": lambda minutes: _(
            "Varaus tehdään vähintään %(time)s ennen alkua. Valitse myöhempi aika.", time=length(minutes)
        ),
        "too_far_ahead": lambda months, date: ngettext(
            "Varata voi enintään %(num)s kuukauden päähän. Viimeinen päivä on nyt %(date)s.",
            "Varata voi enintään %(num)s kuukauden päähän. Viimeinen päivä on nyt %(date)s.",
            months,
            date=date_long(date),
        ),
        "no_time_to_clean": lambda minutes: _(
            "Tila tarvitsee käytön jälkeen siivousta (%(time)s), eikä se mahdu ennen seuraavaa varausta. "
            "Lopeta aiemmin.",
            time=length(minutes),
        ),
        "too_short": lambda minutes: _("Lyhin varaus on %(time)s.", time=length(minutes)),
        "too_long": lambda minutes: _("Pisin varaus on %(time)s.", time=length(minutes)),
        "off_grid": lambda minutes: _(
            "Varaus alkaa ja päättyy %(minutes)s minuutin välein.", minutes=minutes
        ),
        "closed_holiday": lambda date: _("Pyhäpäivänä %(date)s tila on suljettu.", date=date_short(date)),
        "closed_exception": lambda date: _(
            "Päivänä %(date)s tila on poikkeuksellisesti suljettu tai auki eri aikaan.",
            date=date_short(date),
        ),
        "closed_outside_hours": lambda date: _(
            "Tila ei ole %(date)s auki koko pyydettyä aikaa. Katso aukioloajat.", date=date_short(date)
        ),
        "closed_closed_day": lambda date: _("Tila ei ole %(date)s auki.", date=date_short(date)),
    }
)
