"""The page on which an approver chooses between a mail for each thing and one a day."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.approvals.blueprint import blueprint
from booking.organisations.acting import act
from booking.reservations.digest.choice import choose, is_daily, next_digest
from booking.web.filters import moment
from booking.web.forms import BaseForm, Required

AT_ONCE, DAILY = "at_once", "daily"


class MailForm(BaseForm):
    """Shape only."""

    mails = RadioField(_l("Sähköpostit pyynnöistä"), [Required()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mails.choices = [
            (AT_ONCE, _("heti, jokaisesta oma viesti")),
            (DAILY, _("kerran päivässä klo 7, kaikki yhdessä viestissä")),
        ]


@blueprint.get("/approvals/settings", endpoint="settings")
@requires(Permission.APPROVER)
def show_settings() -> ResponseReturnValue:
    """Show how this approver hears of requests."""
    form = MailForm(formdata=None)
    form.mails.data = DAILY if is_daily(current_actor().user_id) else AT_ONCE
    return _page(form, clock.now())


@blueprint.post("/approvals/settings", endpoint="save_settings")
@requires(Permission.APPROVER)
def save_settings() -> ResponseReturnValue:
    """Keep the choice."""
    form, now = MailForm(), clock.now()
    if not form.validate():
        return _page(form, now), 422
    daily = form.mails.data == DAILY
    act(lambda actor: choose(is_daily=daily, actor=actor, now=now))
    if daily:
        done = _(
            "Saat koosteen kerran päivässä. Ensimmäinen tulee %(moment)s.", moment=moment(next_digest(now))
        )
    else:
        done = _("Saat jatkossa viestin heti, kun jotakin tapahtuu.")
    flash(done, "success")
    return redirect(url_for("approvals.settings"), 303)


def _page(form: MailForm, now: datetime) -> str:
    return render_template("desk/approvals/settings.html", form=form, next=next_digest(now))
