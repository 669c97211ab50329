"""Booking on behalf as forms: the time that is asked for on the phone, and for whom."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import Length, NumberRange

from booking.access.actor import Actor
from booking.availability.forms import MOST_PEOPLE
from booking.clock import zone
from booking.errors import Violation
from booking.organisations.models import Organisation
from booking.organisations.queries import find_organisations
from booking.reservations.behalf.caller import CALLER_LENGTH, Caller
from booking.reservations.forms import QuestionForm, ReservationForm
from booking.reservations.request import LENGTHS, ReservationRequest
from booking.rooms.facts import RoomFacts
from booking.rooms.pricing import customer_of
from booking.timetable.interval import Interval
from booking.timetable.zone import to_wall
from booking.web.forms import LocalDateField, LocalTimeField, NumberField, Optional, QueryForm, Required
from booking.web.sentences import sentence_for
from booking.web.wish import use_of

MOST_MATCHES: Final = 12  # associations offered to choose from; of more one is asked for a longer part
ASSOCIATION, PERSON = "association", "person"
WHOM: Final[Mapping[str, Any]] = {
    ASSOCIATION: _l("yhdistykselle tai ryhmälle"),
    PERSON: _l("henkilölle, jolla ei ole sähköpostia"),
}
LANGUAGES: Final[Mapping[str, str]] = {"fi": "suomi", "sv": "svenska", "en": "English"}


class WhenForm(QueryForm):
    """The time that is asked for on the phone."""

    date = LocalDateField(_l("Päivä"), [Required()])
    start = LocalTimeField(_l("Alkaa klo"), [Required()])
    end = LocalTimeField(_l("Päättyy klo"), [Required()])
    people = NumberField(_l("Henkilöitä"), [Required(), NumberRange(1, MOST_PEOPLE)])

    def begin(self, now: datetime) -> None:
        """Fill an empty form with tomorrow evening."""
        tomorrow = to_wall(now + timedelta(days=1), zone())
        self.date.data = tomorrow.date()
        self.start.data = tomorrow.replace(hour=18, minute=0).time()
        self.end.data = tomorrow.replace(hour=20, minute=0).time()
        self.people.data = 10

    def use(self) -> Interval:
        """Return the asked time of a valid form. Raises RuleViolation for an odd one."""
        on, start, end = self.date.data, self.start.data, self.end.data
        if on is None or start is None or end is None:
            raise ValueError("only a valid form has a time")
        return use_of(on, start, end, zone())

    def show(self, violations: Iterable[Violation]) -> None:
        """Put a refusal's sentences beside the fields they belong to."""
        for broken in violations:
            self.add_error(broken.field, sentence_for(broken))


class BehalfForm(ReservationForm):
    """The request form, with for whom in place of oneself. The association is found by a part of its name."""

    whom = RadioField(_l("Kenelle varataan"), default=ASSOCIATION)
    find = StringField(_l("Yhdistyksen nimi tai sen osa"), [Optional(), Length(max=120)])
    organisation = RadioField(_l("Yhdistys"), validate_choice=False)
    responsible = StringField(_l("Yhteyshenkilö"), [Required(), Length(max=LENGTHS["responsible"])])
    contact = StringField(_l("Puhelin"), [Required(), Length(max=LENGTHS["contact"])])
    caller = StringField(_l("Kuka soitti tai kävi (vapaaehtoinen)"), [Optional(), Length(max=CALLER_LENGTH)])
    language = RadioField(_l("Vahvistuksen kieli"), default="fi")
    visibility = RadioField(_l("Mitä kalenterissa näkyy"), default="private")
    accept_terms = BooleanField(
        _l("Ehdot on kerrottu, ja varaaja hyväksyy ne"),
        [Required(_l("Kerro ehdot ja kysy, hyväksyykö varaaja ne."))],
    )

    def __init__(self, room: RoomFacts, actor: Actor, **kwargs: Any) -> None:
        super().__init__(room, actor, **kwargs)
        self.associations_only = room.rules.who_may_book == "associations"
        known = [ASSOCIATION] if self.associations_only else list(WHOM)
        self.whom.choices = [(key, str(WHOM[key])) for key in known]
        if self.associations_only:  # there is nothing to choose, and nobody is asked
            self.whom.data = ASSOCIATION
        self.language.choices = list(LANGUAGES.items())
        part = self.find.data or ""
        self.matches: list[Organisation] = find_organisations(name=part) if part else []
        self.organisation.choices = [(each.slug, each.name) for each in self.matches[:MOST_MATCHES]]
        self.not_yet_shown = len(self.matches) == 1 and self.organisation.data != self.matches[0].slug
        if len(self.matches) == 1:
            self.organisation.data = self.matches[0].slug
        elif self.organisation.data not in dict(self.organisation.choices):
            self.organisation.data = None

    def begin_with(self, asked: QuestionForm) -> None:
        """Fill an empty form with what an address asks for; an odd time is kept for `use` to tell."""
        self.date.data, self.start.data, self.end.data = asked.date.data, asked.start.data, asked.end.data
        people = asked.people.data
        self.people.data = people if people and 0 < people <= MOST_PEOPLE else None

    @property
    def is_person(self) -> bool:
        """Whether it is for somebody without an association."""
        return bool(self.whom.data == PERSON)

    @property
    def organisation_id(self) -> int | None:
        """The association that is chosen."""
        chosen = None if self.is_person else self.organisation.data
        return next((each.id for each in self.matches if each.slug == chosen), None)

    @property
    def customer(self) -> str:
        """The customer group whose prices apply to whom is booked for."""
        kinds = {each.id: each.kind for each in self.matches}
        return customer_of(kinds.get(self.organisation_id or 0, ""))

    def look_for_association(self) -> None:
        """Say what the typed part of a name has found, where that is not one to choose."""
        if not self.find.data:
            self.add_error("find", _("Kirjoita yhdistyksen nimi tai osa siitä ja paina Etsi yhdistys."))
        elif not self.matches:
            self.add_error("find", _("Tällä nimellä ei löydy yhdistystä. Kokeile lyhyempää osaa nimestä."))
        elif len(self.matches) > MOST_MATCHES:
            self.add_error(
                "find",
                _(
                    "Nimi sopii %(count)s yhdistykseen. Näistä näkyy %(shown)s. Kirjoita pidempi osa.",
                    count=len(self.matches),
                    shown=MOST_MATCHES,
                ),
            )

    def validate(self, extra_validators: Any = None) -> bool:
        """Look at the shape, and whether it is for somebody."""
        valid = bool(super().validate(extra_validators))
        if not self.is_person and self.organisation_id is None:
            self.look_for_association()
            if not self.find.errors:
                self.add_error("organisation", _("Valitse yhdistys."))
            return False
        if not self.is_person and self.not_yet_shown:
            name = self.matches[0].name
            self.add_error(
                "organisation",
                _("Löytyi %(name)s. Tarkista yhdistys ja hinta ja lähetä uudelleen.", name=name),
            )
            return False
        return valid

    def request(self, use: Interval) -> ReservationRequest:
        """Return the request that a valid form makes."""
        return replace(
            super().request(use),
            organisation_slug=None if self.is_person else self.organisation.data,
            caller=Caller(who=self.caller.data or "", language=self.language.data or "fi"),
        )
