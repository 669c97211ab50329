"""The request as a form, and the approver's decision."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.availability.forms import MOST_PEOPLE
from booking.availability.pattern_form import PatternFields
from booking.clock import zone
from booking.errors import RuleViolation, Violation
from booking.organisations.models import Organisation
from booking.organisations.queries import organisations_by_id
from booking.reservations.accepted_terms import read, unseen, written
from booking.reservations.labels import PURPOSES, VISIBILITIES
from booking.reservations.quote_words import RATE, PriceShown
from booking.reservations.request import LENGTHS, ReservationRequest
from booking.rooms.eligibility import not_for
from booking.rooms.facts import RoomFacts
from booking.rooms.price_words import AGES
from booking.rooms.pricing import ANY_AGE, ages_told_apart, customer_of
from booking.timetable.interval import Interval
from booking.timetable.zone import FIRST_YEAR, LAST_YEAR, to_wall
from booking.web.forms import (
    BaseForm,
    ChoiceField,
    LocalDateField,
    LocalTimeField,
    NumberField,
    Optional,
    QueryForm,
    Required,
)
from booking.web.sentences import sentence_for
from booking.web.wish import use_of


def _waits(room: RoomFacts, actor: Actor, organisation_id: int) -> bool:
    reason = not_for(room, actor, organisation_id)
    return reason is not None and reason.code == "not_verified"


class ReservationForm(BaseForm):
    """Shape only: what the room takes, the service says."""

    date = LocalDateField(_l("Päivä"), [Required()])
    start = LocalTimeField(_l("Alkaa klo"), [Required()])
    end = LocalTimeField(_l("Päättyy klo"), [Required()])
    organisation = ChoiceField(_l("Varaaja"))
    title = StringField(_l("Tilaisuus"), [Required(), Length(max=LENGTHS["title"])])
    purpose = ChoiceField(_l("Käyttö"))
    visibility = RadioField(_l("Mitä kalenterissa näkyy"), default="public")
    people = NumberField(_l("Henkilöitä"), [Required()])
    age = ChoiceField(_l("Keitä tulee"), default=ANY_AGE)
    responsible = StringField(_l("Vastuuhenkilö"), [Required(), Length(max=LENGTHS["responsible"])])
    contact = StringField(_l("Yhteystieto"), [Required(), Length(max=LENGTHS["contact"])])
    note = TextAreaField(_l("Viesti omistajalle (vapaaehtoinen)"), [Optional(), Length(max=LENGTHS["note"])])
    accept_terms = BooleanField(_l("Hyväksymme tilan ehdot"), [Required(_l("Lue ehdot ja hyväksy ne."))])
    terms_shown = HiddenField()
    price_shown = HiddenField()  # PriceShown.mark

    terms_have_changed = False  # since the page was shown on which they were accepted

    def __init__(self, room: RoomFacts, actor: Actor, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.room = room
        found = organisations_by_id(actor.organisations_with(Right.BOOK)).values()
        self._organisation_ids = {each.slug: each.id for each in found}
        self._kinds = {each.id: each.kind for each in found}
        self.waiting = {each.slug: each.name for each in found if _waits(room, actor, each.id)}
        mine = sorted(((each.slug, self._called(each)) for each in found), key=lambda choice: choice[1])
        alone = [("", _("itse"))] if room.rules.who_may_book != "associations" or not mine else []
        self.organisation.choices = mine + alone
        ages = ages_told_apart(room.prices)
        self.age.choices = [(age, str(AGES[age])) for age in ages]
        if not ages:  # nobody is asked what the price does not depend on
            del self.age
        self.purpose.choices = [(key, str(label)) for key, label in PURPOSES.items()]
        self.visibility.choices = [(key, str(label)) for key, label in VISIBILITIES.items()]

    def suggest(self, use: Interval | None, people: int | None, actor: Actor) -> None:
        """Fill an empty form with what was searched for and who asks."""
        self.move_to(use)
        self.people.data = people if people and 0 < people <= MOST_PEOPLE else None
        self.responsible.data = actor.name
        self.organisation.data = self.organisation.choices[0][0]  # an association of one's own before oneself

    def _called(self, organisation: Organisation) -> str:
        """Return a choice's words: of one that this room does not take yet, that it is not verified."""
        waits = _("%(name)s (ei vielä vahvistettu)", name=organisation.name)
        return waits if organisation.slug in self.waiting else organisation.name

    @property
    def chosen_waits(self) -> bool:
        """True where the chosen association is not verified and the room takes only those that are."""
        return (self.organisation.data or "") in self.waiting

    @property
    def organisation_id(self) -> int | None:
        """The association that is chosen; None: the person themselves."""
        return self._organisation_ids.get(self.organisation.data or "")

    @property
    def customer(self) -> str:
        """The customer group whose prices apply to who is chosen."""
        return customer_of(self._kinds.get(self.organisation_id or 0, ""))

    @property
    def who_comes(self) -> str:
        """The age whose prices apply."""
        chosen = self.age.data if self.age is not None else ANY_AGE
        return chosen if chosen in AGES else ANY_AGE

    def move_to(self, use: Interval | None) -> None:
        """Put another time in, where there is one; everything else stays as it was typed."""
        if use is None:
            return
        start, end = to_wall(use.start, zone()), to_wall(use.end, zone())
        self.date.data, self.start.data, self.end.data = start.date(), start.time(), end.time()

    def forget_terms_of_another_room(self, slug: str) -> None:
        """Take back the consent to terms when it was given to another room's."""
        if slug != self.room.slug:
            self.accept_terms.data = False

    def show_terms(self, rooms: Iterable[RoomFacts]) -> None:
        """Remember which terms the page shows; a consent to others is taken back."""
        shown = list(rooms)
        if self.terms_shown.data and unseen(shown, read(self.terms_shown.data)):
            self.accept_terms.data, self.terms_have_changed = False, True
        self.terms_shown.data = written(shown)

    def compare_price(self, price: PriceShown) -> bool:
        """Say it where the price in force is not the one the page showed, and return whether it is.

        Nothing is sent at a price nobody saw. A form that names no price (no page of ours) saw the present.
        """
        shown = self.price_shown.data
        if shown is None or shown == price.mark:
            return True
        words = _("Hinta muuttui: nyt %(price)s. Lähetä uudelleen, jos se sopii.", price=price.amount)
        if shown == RATE:
            words = _("Hinta on %(price)s. Lähetä uudelleen, jos se sopii.", price=price.amount)
        self.add_error("price_shown", words)
        return False

    def show_price(self, price: PriceShown) -> None:
        """Remember which price the page shows."""
        self.price_shown.data = price.mark

    def use(self) -> Interval | None:
        """Return the time that is asked for, None while it cannot be read. Adds the errors of an odd time."""
        on, start, end = self.date.data, self.start.data, self.end.data
        if on is None or start is None or end is None:
            return None
        try:
            return use_of(on, start, end, zone())
        except RuleViolation as error:
            self.show(error.violations)
            return None

    def request(self, use: Interval) -> ReservationRequest:
        """Return the request that a valid form makes."""
        return ReservationRequest(
            room_slug=self.room.slug,
            start=use.start,
            end=use.end,
            title=self.title.data or "",
            purpose=self.purpose.data,
            visibility=self.visibility.data,
            people=self.people.data or 0,
            organisation_slug=self.organisation.data or None,
            responsible=self.responsible.data or "",
            contact=self.contact.data or "",
            note=self.note.data or "",
            terms_shown=read(self.terms_shown.data) if self.terms_shown.data else None,
            age=self.who_comes,
        )

    def show(self, violations: Iterable[Violation]) -> None:
        """Put a refusal's sentences beside the fields they belong to."""
        for broken in violations:
            self.add_error(broken.field, sentence_for(broken))


class QuestionForm(PatternFields, QueryForm):
    """What a room page or a search hands over in the address; anything unreadable is left out."""

    date = LocalDateField(validators=[Optional()])
    start = LocalTimeField(validators=[Optional()])
    end = LocalTimeField(validators=[Optional()])
    people = NumberField(validators=[Optional()])

    def handed_on(self) -> dict[str, list[str]]:
        """Return the wish as the query of the next page's address, as it came."""
        return {name: request.args.getlist(name) for name in self._fields if name in request.args}


class DayForm(QueryForm):
    """Which day the page of all rooms shows."""

    date = LocalDateField(_l("Päivä"), [Optional()])


def asked_day(form: DayForm, today: date) -> date:
    """Return the asked day, or today, with a sentence at the field, for what is none."""
    on = form.date.data if form.validate() else None
    if on is not None and not FIRST_YEAR < on.year < LAST_YEAR:  # the days beside it are linked
        years = {"first": str(FIRST_YEAR + 1), "last": str(LAST_YEAR - 1)}
        form.add_error("date", _("Vuoden pitää olla %(first)s–%(last)s.", **years))
        on = None
    if on is None and not form.errors:
        form.date.data = today
    return on or today


def asked_use(form: QuestionForm) -> Interval | None:
    """Return the time an address asks for, or None."""
    if form.date.data is None or form.start.data is None or form.end.data is None:
        return None
    try:
        return use_of(form.date.data, form.start.data, form.end.data, zone())
    except RuleViolation:
        return None


def occurrence_ids(values: list[str]) -> list[int] | None:
    """Return the dates a decision is about; none at all means all that are open."""
    numbers = [int(value) for value in values if value.isascii() and value.isdecimal() and len(value) < 10]
    return numbers or None
