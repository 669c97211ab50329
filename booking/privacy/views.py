"""The pages of what is known of oneself: see it, take a copy, have it erased. Erase somebody on request."""

from typing import Final

from flask import Blueprint, Response, current_app, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import logout_user

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.accounts.models import User
from booking.accounts.profile_menu import profile_pages
from booking.errors import DomainError, NotFound, RuleViolation
from booking.extensions import db
from booking.i18n import language
from booking.organisations.acting import act
from booking.organisations.members import only_manager_of
from booking.organisations.membership import actor_of
from booking.privacy import coming, export
from booking.privacy.erasure import LastAdministrator, aftermath
from booking.privacy.erasure import erase as erase_person
from booking.privacy.forms import EraseForm, EraseOtherForm, ProofForm
from booking.privacy.inventory import told_lines
from booking.privacy.people import looks_at_accounts, reservations_of, traces_of, views_of
from booking.privacy.proof import is_fresh, proves
from booking.privacy.purge import edge_of
from booking.web.sentences import sentence_for, sentence_of

blueprint = Blueprint("privacy", __name__)

SHOWN_VIEWS: Final = 50
UNPROCESSABLE: Final = 422  # the page again, with what to mend


@blueprint.get("/profile/data")
@requires(Permission.SIGNED_IN)
def mine() -> ResponseReturnValue:
    """Show what is kept of oneself, who has been shown one's contact, and the ways to a copy and out."""
    return _mine(ProofForm())


@blueprint.post("/profile/data/download")
@requires(Permission.SIGNED_IN)
def download() -> ResponseReturnValue:
    """Give everything that is kept of oneself as a file."""
    form, user, now = ProofForm(), _oneself(), clock.now()
    if not form.validate() or not proves(form, user, now):
        return _mine(form), UNPROCESSABLE
    answer = Response(export.packed(user, language=language(), now=now), content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="omat-tiedot.zip"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/profile/data/erase")
@requires(Permission.SIGNED_IN)
def erase() -> ResponseReturnValue:
    """Say what goes and what stays, and ask once more."""
    return _erase_page(EraseForm())


@blueprint.post("/profile/data/erase", endpoint="erase_myself")
@requires(Permission.SIGNED_IN)
def erase_myself() -> ResponseReturnValue:
    """Erase oneself, and be signed out."""
    form, now = EraseForm(), clock.now()
    if not form.validate() or not proves(form, _oneself(), now):
        return _erase_page(form), UNPROCESSABLE
    try:
        erased = act(lambda actor: erase_person(actor.user_id or 0, actor=actor, now=now))
    except (RuleViolation, LastAdministrator) as error:
        form.add_error("", _sentence(error))
        return _erase_page(form), UNPROCESSABLE
    logout_user()
    session.clear()
    aftermath(erased, current_app.config["SETTINGS"])
    flash(_("Tunnus ja tietosi on poistettu. Kiitos, että käytit palvelua."), "success")
    return redirect("/", 303)


@blueprint.get("/admin/users/<int(max=2147483647):user_id>/erase")
@requires(Permission.ADMINISTRATOR)
def erase_other(user_id: int) -> ResponseReturnValue:
    """Ask an administrator for the reason."""
    return _other_page(_open_account(user_id), EraseOtherForm())


@blueprint.post("/admin/users/<int(max=2147483647):user_id>/erase", endpoint="erase_on_request")
@requires(Permission.ADMINISTRATOR)
def erase_on_request(user_id: int) -> ResponseReturnValue:
    """Erase somebody as an administrator."""
    form, user, now = EraseOtherForm(), _open_account(user_id), clock.now()
    if not form.validate():
        return _other_page(user, form), UNPROCESSABLE
    reason = form.reason.data
    try:
        erased = act(lambda actor: erase_person(user_id, actor=actor, now=now, reason=reason))
    except (RuleViolation, LastAdministrator) as error:
        form.add_error("", _sentence(error))
        return _other_page(user, form), UNPROCESSABLE
    aftermath(erased, current_app.config["SETTINGS"])
    flash(_("Tunnus on poistettu."), "success")
    return redirect(url_for("admin.users"), 303)


def _oneself() -> User:
    return db.session.get_one(User, current_actor().user_id)


def _open_account(user_id: int) -> User:
    user = db.session.get(User, user_id)
    if user is None or user.closed_at is not None:
        raise NotFound
    return user


def _sentence(error: DomainError) -> str:
    if isinstance(error, RuleViolation):
        return " ".join(sentence_for(each) for each in error.violations)
    return sentence_of(error)


def _mine(form: ProofForm) -> str:
    user = _oneself()
    about = reservations_of(user, traces_of(user))
    return render_template(
        "privacy/mine.html",
        form=form,
        asks=not is_fresh(clock.now()),
        pages=profile_pages(),
        email=user.email,
        kept=told_lines(),
        views=views_of(about, limit=SHOWN_VIEWS),
        looks=looks_at_accounts(user, since=edge_of(clock.now()), limit=SHOWN_VIEWS),
    )


def _erase_page(form: EraseForm) -> str:
    user, now = _oneself(), clock.now()
    actor = actor_of(user)
    return render_template(
        "privacy/erase.html",
        form=form,
        asks=not is_fresh(now),
        ending=coming.coming_own(actor, now),
        staying=coming.coming_of_associations(actor, now),
        only_manager_of=only_manager_of(user.id),
        backup_days=current_app.config["SETTINGS"].backup_days,
    )


def _other_page(user: User, form: EraseOtherForm) -> str:
    return render_template(
        "privacy/erase_other.html",
        form=form,
        person=user,
        ending=coming.coming_own(actor_of(user), clock.now()),
        only_manager_of=only_manager_of(user.id),
    )
