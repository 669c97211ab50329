"""The forms by which a room and its venue are kept. Shape only."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import chain
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, StopValidation

from booking.desk.rooms.keeping_facts import Facts, Known, Place, facts_of
from booking.desk.rooms.opening import NewRoom
from booking.errors import Violation
from booking.organisations.models import Organisation
from booking.rooms.labels import FEATURES, KINDS
from booking.rooms.models import ACCESSIBILITY, EQUIPMENT, Room, Venue
from booking.web.forms import BaseForm, ChoiceField, NumberField, Optional, Required
from booking.web.sentences import sentence_for

MOST_PEOPLE: Final = 100_000
LONGEST_TEXT: Final = 20_000
NEW_VENUE: Final = ""
_YES, _NO, _UNKNOWN = "yes", "no", "unknown"
_POSITION = re.compile(r"(-?[0-9]{1,3}(?:[.][0-9]{1,8})?)[\s,;]+(-?[0-9]{1,3}(?:[.][0-9]{1,8})?)")
_DECIMAL = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,2})?")


class KeepingForm(BaseForm):
    """A form of the desk, which shows a service's refusals beside its fields."""

    def show(self, violations: Sequence[Violation]) -> None:
        """Put a refusal's sentences beside the fields they belong to."""
        for broken in violations:
            self.add_error(broken.field, sentence_for(broken))


class DecimalField(StringField):
    """A number with at most two decimals, read with a comma or a point."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Keep the text; the validator reads it."""
        self.data = valuelist[0] if valuelist else ""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no number."""
        text = str(self.data or "").replace(" ", "")
        if text and not _DECIMAL.fullmatch(text):
            raise StopValidation(_("Kirjoita luku numeroin, esimerkiksi 62,5."))

    @property
    def number(self) -> float | None:
        """The number of a valid field; None where it is empty."""
        text = str(self.data or "").replace(" ", "").replace(",", ".")
        return float(text) or None if text else None


class NewRoomForm(KeepingForm):
    """A new room and where it is."""

    organisation = ChoiceField(_l("Omistaja"))
    name = StringField(_l("Tilan nimi"), [Required(), Length(max=120)])
    name_sv = StringField(_l("Nimi ruotsiksi (vapaaehtoinen)"), [Optional(), Length(max=120)])
    name_en = StringField(_l("Nimi englanniksi (vapaaehtoinen)"), [Optional(), Length(max=120)])
    kind = ChoiceField(_l("Millainen tila"))
    people = NumberField(_l("Montako henkilöä mahtuu"), [Optional(), NumberRange(1, MOST_PEOPLE)])
    venue = RadioField(_l("Missä tila on"), default=NEW_VENUE)
    venue_name = StringField(_l("Talon tai paikan nimi"), [Optional(), Length(max=120)])
    district = StringField(_l("Kaupunginosa tai kylä"), [Optional(), Length(max=60)])
    street_address = StringField(_l("Katuosoite"), [Optional(), Length(max=120)])

    def __init__(self, owners: Sequence[Organisation], venues: Sequence[Venue], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.organisation.choices = [(each.slug, each.name) for each in owners]
        self.kind.choices = [(key, str(label)) for key, label in KINDS.items()]
        new = (NEW_VENUE, _("uusi toimipiste, jonka tiedot ovat alla"))
        self.venue.choices = [*((each.slug, each.name) for each in venues), new]
        self.has_venues, self.has_owners = bool(venues), len(owners) > 1
        if not self.has_venues and not self.venue.raw_data:
            self.venue.data = NEW_VENUE
        if self.venue.raw_data is None and len(venues) == 1 and not self.has_owners:
            self.venue.data = venues[0].slug
        if not self.has_owners and owners:
            self.organisation.data = owners[0].slug

    def new_room(self) -> NewRoom:
        """Return what a valid form asks for."""
        is_new = self.venue.data == NEW_VENUE
        return NewRoom(
            organisation=self.organisation.data or "",
            name=self.name.data or "",
            name_sv=self.name_sv.data or "",
            name_en=self.name_en.data or "",
            kind=self.kind.data or "",
            capacity=self.people.data,
            venue=self.venue.data or "",
            venue_name=(self.venue_name.data or "") if is_new else "",
            district=(self.district.data or "") if is_new else "",
            street_address=(self.street_address.data or "") if is_new else "",
        )


class FactsForm(KeepingForm):
    """What is said of a room, its features aside."""

    seen = HiddenField()
    name = StringField(_l("Nimi suomeksi"), [Required(), Length(max=120)])
    name_sv = StringField(_l("Nimi ruotsiksi (vapaaehtoinen)"), [Optional(), Length(max=120)])
    name_en = StringField(_l("Nimi englanniksi (vapaaehtoinen)"), [Optional(), Length(max=120)])
    kind = ChoiceField(_l("Millainen tila"))
    capacity = NumberField(_l("Montako henkilöä mahtuu"), [Optional(), NumberRange(1, MOST_PEOPLE)])
    area_m2 = DecimalField(_l("Pinta-ala, m²"), [Optional()])
    description = TextAreaField(_l("Kuvaus"), [Optional(), Length(max=LONGEST_TEXT)])
    contact = StringField(_l("Yhteystieto, joka näkyy kaikille"), [Optional(), Length(max=200)])

    def __init__(self, room: Room, **kwargs: Any) -> None:
        super().__init__(obj=room, **kwargs)
        self.kind.choices = [(key, str(label)) for key, label in KINDS.items()]
        if self.area_m2.raw_data is None:
            self.area_m2.data = _area(room)

    def others(self, room: Room) -> list[tuple[str, str]]:
        """Return what is in force otherwise than a valid form says: the field's label and its value."""
        said, stored = self.facts(), facts_of(room)
        words = {"kind": str(KINDS.get(room.kind, "")), "area_m2": _area(room)}
        return [
            (str(self[each.name].label.text), words.get(each.name, str(getattr(stored, each.name) or "")))
            for each in fields(stored)
            if getattr(said, each.name) != getattr(stored, each.name)
        ]

    def facts(self) -> Facts:
        """Return what a valid form says."""
        return Facts(
            name=self.name.data or "",
            name_sv=self.name_sv.data or "",
            name_en=self.name_en.data or "",
            kind=self.kind.data or "",
            capacity=self.capacity.data,
            area_m2=self.area_m2.number,
            description=self.description.data or "",
            contact=self.contact.data or "",
        )


def _area(room: Room) -> str:
    return f"{room.area_m2:g}".replace(".", ",") if room.area_m2 else ""


class FeatureFields:
    """For each feature a choice `feature-<name>` and a tick `today-<name>`, as the template draws them."""

    def __init__(self, room: Room, typed: Mapping[str, str] | None = None) -> None:
        self._rows = {each.feature: each for each in room.features}
        self._typed = typed

    @property
    def groups(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The features by their kind, each with its label, value and the date of its check."""
        return [
            (_("Esteettömyys"), [self._line(name) for name in ACCESSIBILITY]),
            (_("Varusteet"), [self._line(name) for name in EQUIPMENT]),
        ]

    def said(self) -> dict[str, Known]:
        """Return what was said of each feature that was asked about."""
        typed = self._typed or {}
        found = {}
        for name in FEATURES:
            value = typed.get(f"feature-{name}")
            if value in (_YES, _NO, _UNKNOWN):
                present = None if value == _UNKNOWN else value == _YES
                found[name] = Known(present, f"today-{name}" in typed)
        return found

    def unanswered(self) -> list[str]:
        """Return a sentence for each feature that is said to be checked today without what was found."""
        lines = chain.from_iterable(lines for _title, lines in self.groups)
        return [f"{line['label']}: {line['error']}" for line in lines if line["error"]]

    def others(self) -> list[tuple[str, str]]:
        """Return the features that are stored otherwise than they were said: label and value."""
        rows = self._rows
        words = {None: _("ei tietoa"), True: _("on"), False: _("ei ole")}
        stored = {name: rows[name].present if name in rows else None for name in FEATURES}
        return [
            (str(FEATURES[name]), words[stored[name]])
            for name, known in self.said().items()
            if known.present != stored[name]
        ]

    def _line(self, name: str) -> dict[str, Any]:
        row, typed = self._rows.get(name), self._typed
        stored = _UNKNOWN if row is None else _YES if row.present else _NO
        value = stored if typed is None else typed.get(f"feature-{name}", stored)
        today = typed is not None and f"today-{name}" in typed
        unanswered = today and value not in (_YES, _NO)
        return {
            "name": name,
            "label": str(FEATURES[name]),
            "value": value,
            "today": today,
            "error": _("Valitse ”on” tai ”ei ole”, kun tieto on tarkistettu.") if unanswered else "",
            "checked": row.checked_on if row else None,
            "choices": ((_UNKNOWN, _("ei tietoa")), (_YES, _("on")), (_NO, _("ei ole"))),
        }


class VenueForm(KeepingForm):
    """A venue's facts."""

    name = StringField(_l("Nimi"), [Required(), Length(max=120)])
    district = StringField(_l("Kaupunginosa tai kylä"), [Optional(), Length(max=60)])
    street_address = StringField(_l("Katuosoite"), [Optional(), Length(max=120)])
    position = StringField(_l("Sijainti kartalla (vapaaehtoinen)"), [Optional(), Length(max=60)])

    def __init__(self, venue: Venue, **kwargs: Any) -> None:
        super().__init__(obj=venue, **kwargs)
        if self.position.raw_data is None and venue.latitude is not None and venue.longitude is not None:
            self.position.data = f"{venue.latitude:.5f}, {venue.longitude:.5f}"

    def validate_position(self, field: Any) -> None:
        """Refuse what is no place on earth."""
        found = _POSITION.fullmatch(field.data or "")
        if not found or abs(float(found[1])) > 90 or abs(float(found[2])) > 180:
            raise StopValidation(_("Kirjoita leveys- ja pituusaste, esimerkiksi 61.17189, 28.77242."))

    def place(self) -> Place:
        """Return what a valid form says."""
        found = _POSITION.fullmatch(self.position.data or "")
        return Place(
            name=self.name.data or "",
            district=self.district.data or "",
            street_address=self.street_address.data or "",
            position=(float(found[1]), float(found[2])) if found else None,
        )


class TermsForm(BaseForm):
    """The terms in force."""

    seen = HiddenField()
    terms = TextAreaField(_l("Ehdot"), [Optional(), Length(max=LONGEST_TEXT)])


class KeyForm(BaseForm):
    """How one gets in."""

    seen = HiddenField()
    access_instructions = TextAreaField(_l("Miten sisään pääsee"), [Optional(), Length(max=LONGEST_TEXT)])
