"""The page on which an administrator makes one of two associations that are the same."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms.validators import Length

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.admin import merging
from booking.errors import NotFound, RuleViolation
from booking.organisations.acting import act
from booking.organisations.models import Organisation
from booking.organisations.queries import find_organisations, organisation_by_slug
from booking.web.forms import BaseForm, Required
from booking.web.sentences import sentence_of

blueprint = Blueprint("merging", __name__)

UNPROCESSABLE = 422
WORDS = {
    "reservations": _l("varauksia"),
    "waiting_entries": _l("paikkoja jonossa"),
    "subscriptions": _l("omia kalentereita"),
    "no_show_reviews": _l("merkintöjä käyttämättä jääneistä"),
    "exchanges": _l("ilmoituksia siitä, mitä tarjotaan ja etsitään"),
}


DOUBTS = {
    "unverified": _l("Tätä yhdistystä ei ole vahvistettu."),
    "business_ids": _l("Yhdistyksillä on eri Y-tunnukset."),
    "names": _l("Nimet eivät muistuta toisiaan."),
}


class MergeForm(BaseForm):
    """Into which one, by its name or the last part of its address."""

    into = StringField(_l("Mihin yhdistetään"), [Required(), Length(max=200)])


class PeopleForm(MergeForm):
    """Who comes, and who of them keeps a role of more than a plain member."""

    coming = SelectMultipleField(_l("Ketkä tulevat mukaan jäseniksi"), coerce=int)
    keeping = SelectMultipleField(_l("Ketkä pitävät roolinsa"), coerce=int)

    def __init__(self, people: Sequence[merging.Person], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.coming.choices = [(each.id, f"{each.name}: {each.roles}") for each in people]
        self.keeping.choices = [(each.id, f"{each.name}: {each.roles}") for each in people if each.has_power]


@blueprint.get("/admin/organisations/<slug>/merge")
@requires(Permission.ADMINISTRATOR)
def choose(slug: str) -> ResponseReturnValue:
    """Choose the one it is to become a part of."""
    return _page(organisation_by_slug(slug), MergeForm(formdata=None))


@blueprint.post("/admin/organisations/<slug>/merge")
@requires(Permission.ADMINISTRATOR)
def preview(slug: str) -> ResponseReturnValue:
    """Show what would move: nothing changes yet."""
    double, form = organisation_by_slug(slug), MergeForm()
    if not form.validate():
        return _page(double, form), UNPROCESSABLE
    try:
        into = _named(form.into.data or "", double)
        shown = merging.preview(double, into, actor=current_actor())
    except (NotFound, RuleViolation) as error:
        form.add_error("into", sentence_of(error))
        return _page(double, form), UNPROCESSABLE
    everybody = [each.id for each in shown.people]
    people = PeopleForm(shown.people, formdata=None, into=into.slug, coming=everybody)
    return _preview_page(double, into, shown, people)


@blueprint.post("/admin/organisations/<slug>/merge/confirm")
@requires(Permission.ADMINISTRATOR)
def merge(slug: str) -> ResponseReturnValue:
    """Do it, with the people who are ticked."""
    double, now = organisation_by_slug(slug), clock.now()
    into = organisation_by_slug(request.form.get("into", ""))
    try:
        shown = merging.preview(double, into, actor=current_actor())
        form, double_id, into_id = PeopleForm(shown.people), double.id, into.id
        if not form.validate():
            return _preview_page(double, into, shown, form), UNPROCESSABLE
        come, keep = form.coming.data or [], form.keeping.data or []
        done = act(
            lambda who: merging.merge(double_id, into_id, coming=come, keeping=keep, actor=who, now=now)
        )
    except RuleViolation as error:
        again = MergeForm()
        again.add_error("into", sentence_of(error))
        return _page(double, again), UNPROCESSABLE
    flash(_("Yhdistetty. Kaikki on nyt yhdistyksellä %(name)s.", name=done.name), "success")
    return redirect(url_for("organisations.show", slug=done.slug), 303)


def _named(words: str, double: Organisation) -> Organisation:
    """Return the one meant: the end of its address, its name, or a part of the name that no other has.

    Raises NotFound `merge_unknown`, and `merge_several` where several have it.
    """
    wanted = words.rstrip("/").rpartition("/")[2] or words
    found = [each for each in find_organisations(name=words) if each.id != double.id]
    exact = [each for each in found if each.name.casefold() == words.casefold()]
    try:
        return organisation_by_slug(wanted)
    except NotFound:
        fitting = exact or found
        if len(fitting) != 1:
            raise NotFound("merge_several" if fitting else "merge_unknown") from None
        return fitting[0]


def _preview_page(double: Organisation, into: Organisation, shown: merging.Preview, form: PeopleForm) -> str:
    return render_template(
        "admin/merge_preview.html",
        double=double,
        into=into,
        moves=[(WORDS[table], count) for table, count in shown.counts.items()],
        doubts=[DOUBTS[code] for code in shown.doubts],
        form=form,
    )


def _page(double: Organisation, form: MergeForm) -> str:
    others = [each for each in find_organisations() if each.id != double.id]
    return render_template("admin/merge.html", double=double, form=form, others=others)
