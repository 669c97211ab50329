"""The rules as a form: of a room, where what is empty follows the owner's default, or of the defaults."""

from collections.abc import Iterable
from typing import Any, Final

from flask import request
from flask_babel import gettext as _
from wtforms import HiddenField, StringField
from wtforms.validators import ValidationError

from booking.desk.rules.service import contradiction
from booking.desk.rules.words import NAMES, NO_LIMIT, choices_of, value_words
from booking.errors import Violation
from booking.i18n import language
from booking.rooms.own_rules import RULES
from booking.rooms.rule_sentences import length
from booking.rooms.rules import BOUNDS, RoomRules
from booking.rooms.written_lengths import COUNTED, UnreadableLength, read_count, read_length, write_length
from booking.web.forms import BaseForm, ChoiceField
from booking.web.sentences import sentence_for

LENGTHS: Final = ("shortest_minutes", "longest_minutes", "turnaround_minutes", "notice_minutes")
COUNTS: Final = ("longest_ahead_months", "cancellation_days", "most_active")
CHOICES: Final = ("who_may_book", "approval", "pending_holds", "grid_minutes")
TRIED_LENGTH: Final = "try_length"
_BOUNDS: Final = {**BOUNDS, TRIED_LENGTH: BOUNDS["longest_minutes"]}


class RuleField(StringField):
    """A rule that is written: a length of time, or a number. `value` is read from it; empty has none."""

    value: int | None = None

    def pre_validate(self, form: BaseForm) -> None:
        """Read the text. ValidationError carries the sentence to show."""
        text = self.data or ""
        if not text or (self.name == "most_active" and text.lower() in NO_LIMIT):
            return
        least, most = _BOUNDS[self.name]
        is_length = self.name in (*LENGTHS, TRIED_LENGTH)
        bounds = (length(least), length(most)) if is_length else (str(least), str(most))
        allowed = _("Kirjoita vähintään %(least)s ja enintään %(most)s.", least=bounds[0], most=bounds[1])
        try:
            value = read_length(text) if is_length else read_count(text, COUNTED[self.name])
        except UnreadableLength:
            how = (
                _("Kirjoita luku ja yksikkö, esimerkiksi 30 min, 2 t tai 1 pv.")
                if is_length
                else _("Kirjoita luku numeroin, esimerkiksi 12.")
            )
            raise ValidationError(f"{how} {allowed}") from None
        if not least <= value <= most:
            raise ValidationError(allowed)
        self.value = value


class RulesForm(BaseForm):
    """Shape only. Its fields are named as the rules; `defaults` None: these are the defaults themselves."""

    who_may_book = ChoiceField()
    approval = ChoiceField()
    pending_holds = ChoiceField()
    grid_minutes = ChoiceField()
    shortest_minutes = RuleField()
    longest_minutes = RuleField()
    turnaround_minutes = RuleField()
    notice_minutes = RuleField()
    longest_ahead_months = RuleField()
    cancellation_days = RuleField()
    most_active = RuleField()
    seen = HiddenField()

    def __init__(self, defaults: RoomRules | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.defaults = defaults
        for name in RULES:
            self[name].label.text = str(NAMES[name])
        for name in CHOICES:
            self[name].choices = [*self._first_choice(name), *choices_of(name).items()]

    def begin(self, rules: RoomRules, own: Iterable[str]) -> None:
        """Fill an empty form with the rules that are one's own."""
        for name in own:
            self[name].data = _text(name, rules)

    def rules(self) -> tuple[RoomRules, tuple[str, ...]] | None:
        """Return the rules and the names of those that do not follow; None, with all errors, of a wrong form.

        `validate` has been called: what it found is named together with what is found here. Of the defaults
        themselves every rule is one's own.
        """
        own = [name for name in RULES if self.defaults is None or self[name].data]
        values = {name: self._value(name) for name in own}
        if self.defaults is None:
            for name in own:
                if values[name] is None and name != "most_active" and not self[name].errors:
                    self.add_error(name, _("Täytä tämä kohta."))
        base = self.defaults or RoomRules()
        least, most = (
            values.get(name, getattr(base, name)) for name in ("shortest_minutes", "longest_minutes")
        )
        broken = contradiction(least, most) if least is not None and most is not None else None
        self.show([broken] if broken else [])
        if self.errors:
            return None
        in_force: dict[str, Any] = {
            name: values.get(name) if name in own else getattr(base, name) for name in RULES
        }
        return RoomRules(**in_force), tuple(own)

    def show(self, violations: Iterable[Violation]) -> None:
        """Put a refusal's sentences beside the fields they belong to."""
        for broken in violations:
            self.add_error(broken.field, sentence_for(broken))

    def _first_choice(self, name: str) -> list[tuple[str, str]]:
        if self.defaults is None:
            return []
        return [("", _("oletus: %(value)s", value=value_words(name, self.defaults)))]

    def _value(self, name: str) -> Any:
        if name == "pending_holds":
            return self[name].data == "yes"
        if self[name].errors:
            return None
        if name == "grid_minutes":
            return int(self[name].data)
        return self[name].data if name in CHOICES else self[name].value


def rules_form(defaults: RoomRules | None) -> RulesForm:
    """Return the form as it was posted, or empty."""
    return RulesForm(defaults, formdata=request.form if request.method == "POST" else None)


def _text(name: str, rules: RoomRules) -> str:
    value = getattr(rules, name)
    if name in LENGTHS:
        return write_length(value, language())
    if name == "pending_holds":
        return "yes" if value else "no"
    if name == "most_active" and value is None:
        return str(_("ei rajaa"))
    return str(value)
