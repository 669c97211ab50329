"""The forms of an owner's criteria and of its ready reasons: shape only."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from booking.desk.approvals.criteria_words import CRITERIA
from booking.desk.approvals.publishing import Criteria, Wording
from booking.reservations.criteria import Criterion, PublishedCriteria
from booking.reservations.reason_templates import ReasonTemplate
from booking.web.forms import BaseForm, ChoiceField, NumberField, Optional


class _Worded(BaseForm):
    text_fi = TextAreaField(_l("Suomeksi"))
    text_sv = TextAreaField(_l("Ruotsiksi"))
    text_en = TextAreaField(_l("Englanniksi"))

    def wording(self) -> Wording:
        """Return the text as it was written."""
        return Wording(self.text_fi.data or "", self.text_sv.data or "", self.text_en.data or "")

    def suggest_wording(self, known: PublishedCriteria | ReasonTemplate) -> None:
        """Fill the form with what is written already."""
        self.text_fi.data, self.text_sv.data, self.text_en.data = known.text_fi, known.text_sv, known.text_en


class CriteriaForm(_Worded):
    """The place of each criterion, the promise to answer, and own words."""

    local = ChoiceField(CRITERIA[Criterion.LOCAL])
    size = ChoiceField(CRITERIA[Criterion.SIZE])
    past_use = ChoiceField(CRITERIA[Criterion.PAST_USE])
    newcomer = ChoiceField(CRITERIA[Criterion.NEWCOMER])
    answer_days = NumberField(_l("Vastaamme pyyntöön näin monessa päivässä"), [Optional()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        places = [(str(n), f"{n}.") for n in range(1, len(Criterion) + 1)]
        for criterion in Criterion:
            self[criterion.value].choices = [("", _("ei käytetä")), *places]

    def suggest(self, known: PublishedCriteria | None) -> None:
        """Fill an empty form with what holds now; with all criteria in their order where nothing does."""
        order = known.criteria if known else list(Criterion)
        for place, code in enumerate(order, start=1):
            self[code].data = str(place)
        if known:
            self.answer_days.data = known.answer_days
            self.suggest_wording(known)

    def criteria(self) -> Criteria:
        """Return what a valid form says."""
        places = {each: int(self[each.value].data) for each in Criterion if self[each.value].data}
        return Criteria(places, self.answer_days.data, self.wording())


class ReasonForm(_Worded):
    """A ready reason in three languages."""
