"""The page on which an administrator makes one of two associations that are the same."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import Length

from booking import clock
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.admin import merging
from booking.errors import NotFound, RuleViolation
from booking.organisations.acting import act
from booking.organisations.models import Organisation
from booking.organisations.queries import find_organisations, organisation_by_slug
from booking.web.forms import BaseForm, Required
from booking.web.sentences import sentence, sentence_for

blueprint = Blueprint("merging", __name__)

UNPROCESSABLE = 422
WORDS = {
    "reservations": _l("varauksia"),
    "waiting_entries": _l("paikkoja jonossa"),
    "subscriptions": _l("omia kalentereita"),
    "no_show_reviews": _l("merkintöjä käyttämättä jääneistä"),
    "exchanges": _l("ilmoituksia siitä, mitä tarjotaan ja etsitään"),
}


class MergeForm(BaseForm):
    """Into which one, by the last part of its address."""

    into = StringField(_l("Mihin yhdistetään"), [Required(), Length(max=120)])


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
        into = organisation_by_slug(form.into.data or "")
        shown = merging.preview(double, into)
    except NotFound:
        form.add_error("into", sentence("merge_unknown"))
        return _page(double, form), UNPROCESSABLE
    except RuleViolation as error:
        form.add_error("into", sentence_for(error.violations[0]))
        return _page(double, form), UNPROCESSABLE
    moves = [(WORDS[table], count) for table, count in shown.counts.items()]
    return render_template(
        "admin/merge_preview.html", double=double, into=into, moves=moves, people=shown.people, form=form
    )


@blueprint.post("/admin/organisations/<slug>/merge/confirm")
@requires(Permission.ADMINISTRATOR)
def merge(slug: str) -> ResponseReturnValue:
    """Do it."""
    double, form, now = organisation_by_slug(slug), MergeForm(), clock.now()
    if not form.validate():
        return _page(double, form), UNPROCESSABLE
    double_id, into_id = double.id, organisation_by_slug(form.into.data or "").id
    try:
        done = act(lambda actor: merging.merge(double_id, into_id, actor=actor, now=now))
    except RuleViolation as error:
        form.add_error("into", sentence_for(error.violations[0]))
        return _page(double, form), UNPROCESSABLE
    flash(_("Yhdistetty. Kaikki on nyt yhdistyksellä %(name)s.", name=done.name), "success")
    return redirect(url_for("organisations.show", slug=done.slug), 303)


def _page(double: Organisation, form: MergeForm) -> str:
    others = [each for each in find_organisations() if each.id != double.id]
    return render_template("admin/merge.html", double=double, form=form, others=others)
