"""The form of a room's prices: a row a group, as many rows as are wanted, without a script."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final, Self

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import NumberRange

from booking.desk.rooms.prices import MOST_PRICES
from booking.errors import Violation
from booking.rooms.price_words import AGES, CUSTOMERS
from booking.rooms.pricing import (
    ANY_AGE,
    EVERYONE,
    FREE,
    HOUR,
    MOST_CENTS,
    SEASON,
    SHARE,
    USE,
    RoomPrice,
    share_of,
)
from booking.web.forms import BaseForm, ChoiceField, EurosField, NumberField, Optional
from booking.web.sentences import register_sentences, sentence_for

BASES: Final = {
    FREE: _l("maksuton"),
    HOUR: _l("tunnilta"),
    USE: _l("kerralta"),
    SEASON: _l("kaudelta"),
}
_NOBODY: Final = ("", _l("(ei kenellekään)"))

register_sentences(
    {
        "price_twice": _l("Tälle ryhmälle ja iälle on jo hinta ylempänä. Muuta tai poista toinen."),
        "price_missing": _l("Kirjoita hinta euroina, tai valitse ”maksuton”."),
        "too_many_prices": _l("Hintoja on liian monta, enintään %(most)s."),
        "share_alone": _l("Valitse toinen: osuus kokonaisen tilan hinnasta tai omat hinnat."),
        "share_of_nothing": _l("Tila ei ole minkään tilan osa, joten osuutta ei voi laskea."),
    }
)


class PriceForm(BaseForm):
    """One row: who, what age, what is counted, how much."""

    customer = ChoiceField(_l("Kenelle"))
    age = ChoiceField(_l("Keitä tulee"), default=ANY_AGE)
    basis = ChoiceField(_l("Maksu"), default=HOUR)
    euros = EurosField(
        _l("Hinta, €"), [Optional(), NumberRange(max=MOST_CENTS, message=_l("Luku on liian suuri."))]
    )

    def __init__(self, price: RoomPrice | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.customer.choices = [_NOBODY, *CUSTOMERS.items()]
        self.age.choices = list(AGES.items())
        self.basis.choices = list(BASES.items())
        if price is not None:
            self.customer.data, self.age.data, self.basis.data = price.customer, price.age, price.basis
            self.euros.data = price.amount if price.basis != FREE else None

    @property
    def is_blank(self) -> bool:
        """Whether the row is for nobody and says no price."""
        return not self.customer.data and not self.euros._value()

    def validate(self, extra_validators: Any = None) -> bool:
        """Look at the shape: a price is for somebody and has an amount, unless it is free."""
        valid = bool(super().validate(extra_validators))
        if not self.customer.data and not self.customer.errors:
            self.add_error("customer", _("Valitse, kenelle hinta on."))
            valid = False
        if self.basis.data != FREE and not self.euros.data and not self.euros.errors:
            self.add_error("euros", _("Kirjoita hinta euroina, tai valitse ”maksuton”."))
            valid = False
        if self.basis.data == FREE and self.euros.data:
            self.add_error(
                "euros", _("Maksuttomalla ei ole hintaa. Tyhjennä hinta, tai valitse toinen maksu.")
            )
            valid = False
        return valid

    @property
    def price(self) -> RoomPrice:
        """The row of a valid form."""
        cents = 0 if self.basis.data == FREE else self.euros.data or 0
        return RoomPrice(self.customer.data, self.age.data, self.basis.data, cents)


class ShareForm(BaseForm):
    """What part of the whole's price a part of a hall costs."""

    percent = NumberField(_l("Osuus prosentteina (vapaaehtoinen)"), [Optional(), NumberRange(1, 100)])


class PriceSheet:
    """All rows, and the share. `form_errors` and the fields are what the summary of errors looks for."""

    def __init__(self, share: ShareForm, rows: Mapping[int, PriceForm]) -> None:
        self.share = share
        self.rows = dict(rows)
        self.form_errors: list[str] = []

    @classmethod
    def of(cls, prices: Sequence[RoomPrice]) -> Self:
        """Return the sheet of what is stored; a room without prices gets a row to begin with."""
        share = ShareForm(formdata=None)
        share.percent.data = share_of(prices)
        own = [price for price in prices if price.basis != SHARE]
        rows = {place: _row(place, price) for place, price in enumerate(own, start=1)}
        if not prices:
            rows[1] = _row(1, RoomPrice(EVERYONE, ANY_AGE, HOUR, 0))
            rows[1].euros.data = None
        return cls(share, rows)

    @classmethod
    def typed(cls, numbers: Iterable[str]) -> Self:
        """Return the sheet that was sent. `numbers`: its hidden fields `row`, which name the rows."""
        known = dict.fromkeys(int(number) for number in numbers if number.isascii() and number.isdecimal())
        chosen = [number for number in known if 0 < number < 1000][: MOST_PRICES + 1]
        return cls(ShareForm(), {number: PriceForm(prefix=_prefix(number)) for number in chosen})

    def __iter__(self) -> Iterator[Field]:
        """Go through all fields."""
        return chain(self.share, *self.rows.values())

    @property
    def errors(self) -> bool:
        """Whether something has to be mended."""
        forms = (self.share, *self.rows.values())
        return bool(self.form_errors or any(form.errors for form in forms))

    @property
    def filled(self) -> list[PriceForm]:
        """The rows that say something."""
        return [row for row in self.rows.values() if not row.is_blank]

    def add(self) -> int:
        """Put an empty row last and return its number."""
        number = max(self.rows, default=0) + 1
        self.rows[number] = _row(number)
        return number

    def remove(self, number: str) -> None:
        """Take a row away."""
        self.rows = {key: row for key, row in self.rows.items() if str(key) != number}

    def validate(self) -> bool:
        """Look at the shape of every row that says something."""
        return all([self.share.validate(), *(row.validate() for row in self.filled)])

    def prices(self) -> list[RoomPrice]:
        """Return the prices of a valid sheet."""
        percent = self.share.percent.data
        share = [RoomPrice(EVERYONE, ANY_AGE, SHARE, percent)] if percent else []
        return share + [row.price for row in self.filled]

    def show(self, violations: Iterable[Violation]) -> None:
        """Put a refusal's sentences beside the rows they belong to."""
        first = 2 if self.share.percent.data else 1  # the share is the first price
        for broken in violations:
            where, _dash, place = broken.field.partition("-")
            if place and int(place) >= first:
                field = "euros" if broken.code == "price_missing" else "customer"
                self.filled[int(place) - first].add_error(field, sentence_for(broken))
            elif where == SHARE:
                self.share.add_error("percent", sentence_for(broken))
            else:
                self.form_errors.append(sentence_for(broken))


def _prefix(number: int) -> str:
    return f"price-{number}-"


def _row(number: int, price: RoomPrice | None = None) -> PriceForm:
    return PriceForm(price, prefix=_prefix(number), formdata=None)
