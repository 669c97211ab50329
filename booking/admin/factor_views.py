"""The page on which an administrator takes away the second factor of somebody who has lost it."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import TextAreaField
from wtforms.validators import Length

from booking import clock
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.accounts.factors import service
from booking.accounts.models import User
from booking.errors import NotFound
from booking.extensions import db
from booking.organisations.acting import act
from booking.web.forms import BaseForm, Required

blueprint = Blueprint("admin_factor", __name__)

LONGEST_REASON = 500  # characters: the column's


class ResetForm(BaseForm):
    """Why somebody's second factor is taken away."""

    reason = TextAreaField(
        lazy_gettext("Syy"),
        validators=[Required(lazy_gettext("Kerro syy.")), Length(max=LONGEST_REASON)],
    )


@blueprint.route("/admin/users/<int(max=2147483647):user_id>/second-factor", methods=["GET", "POST"])
@requires(Permission.ADMINISTRATOR)
def reset(user_id: int) -> ResponseReturnValue:
    """Ask for the reason, take the factor away, and tell the person by mail."""
    user = db.session.get(User, user_id)
    if user is None or user.second_factor_at is None:
        raise NotFound
    form, now = ResetForm(), clock.now()
    if form.validate_on_submit():
        reason = form.reason.data
        done = act(lambda actor: service.reset(user_id, reason, actor=actor, now=now))
        flash(_("Kaksivaiheinen kirjautuminen on poistettu: %(name)s.", name=done.name), "success")
        return redirect(url_for("admin.users"), 303)
    page = render_template("admin/second_factor.html", form=form, name=user.name, email=user.email)
    return page, 422 if form.errors else 200
