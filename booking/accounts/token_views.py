"""The page on which people give programs a key of their own, and take it away."""

from typing import Any

from flask import Blueprint, Response, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import Length

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.access.scopes import TokenScope, held
from booking.access.words import SCOPES
from booking.accounts import api_tokens
from booking.accounts.profile_menu import profile_pages
from booking.db import in_transaction
from booking.errors import RuleViolation
from booking.web.forms import BaseForm, Required
from booking.web.sentences import sentence_for

blueprint = Blueprint("tokens", __name__)

CHOSEN_DAYS = 90


class TokenForm(BaseForm):
    """A new key. Shape only; reading belongs to every key, so it is no choice."""

    name = StringField(_l("Mihin avain tulee"), validators=[Required(), Length(max=80)])
    scopes = SelectMultipleField(_l("Mitä avaimella saa tehdä lukemisen lisäksi"))
    days = RadioField(_l("Kuinka kauan avain toimii"), validators=[Required()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scopes.choices = [
            (each.value, f"{SCOPES[each][0]}: {SCOPES[each][1]}")
            for each in TokenScope
            if each is not TokenScope.READ
        ]
        self.days.choices = [
            (str(days), ngettext("%(num)s päivä", "%(num)s päivää", days)) for days in api_tokens.LIFETIMES
        ]


@blueprint.get("/profile/tokens")
@requires(Permission.SIGNED_IN)
def mine() -> ResponseReturnValue:
    """List one's own keys, with a form for one more."""
    return _page(TokenForm(formdata=None, days=str(CHOSEN_DAYS)))


@blueprint.post("/profile/tokens")
@requires(Permission.SIGNED_IN)
def make() -> ResponseReturnValue:
    """Make a key and show it. It stands in this answer alone: a redirect would have to keep it."""
    form = TokenForm()
    if not form.validate():
        return _page(form, status=422)
    actor, now = current_actor(), clock.now()
    scopes, days = {TokenScope(each) for each in form.scopes.data or ()}, int(form.days.data)
    try:
        token, plaintext = in_transaction(
            lambda: api_tokens.make_token(form.name.data, scopes, days, actor=actor, now=now)
        )
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence_for(broken))
        return _page(form, status=422)
    made = {"name": token.name, "plaintext": plaintext}
    return _page(TokenForm(formdata=None, days=str(CHOSEN_DAYS)), made=made)


@blueprint.post("/profile/tokens/<int(max=2147483647):token_id>/revoke")
@requires(Permission.SIGNED_IN)
def revoke(token_id: int) -> ResponseReturnValue:
    """End a key at once."""
    actor, now = current_actor(), clock.now()
    token = in_transaction(lambda: api_tokens.revoke_token(token_id, actor=actor, now=now))
    flash(_("Avain ”%(name)s” ei enää toimi.", name=token.name), "success")
    return redirect(url_for("tokens.mine"), 303)


def _page(form: TokenForm, *, made: dict[str, str] | None = None, status: int = 200) -> Response:
    now = clock.now()
    lines = [
        (each, [str(SCOPES[scope][0]) for scope in TokenScope if scope in held(each.scopes)])
        for each in api_tokens.tokens_of(current_actor(), now)
    ]
    page = render_template(
        "accounts/tokens.html",
        form=form,
        made=made,
        lines=lines,
        soon=now + api_tokens.WARNED_BEFORE,
        pages=profile_pages(),
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
