"""The administrator's page of what was done by whom, and its export."""

from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, StringField
from wtforms.validators import Length

from booking import clock
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.admin import audit_export, audit_queries
from booking.admin.audit_queries import Wanted
from booking.admin.audit_words import KINDS, all_actions, step_of
from booking.organisations.acting import act
from booking.organisations.queries import find_organisations
from booking.timetable.zone import day
from booking.web.forms import ChoiceField, LocalDateField, Optional, QueryForm
from booking.web.numbers import asked_id

blueprint = Blueprint("audit", __name__)

A_PAGE = 50
UNPROCESSABLE = 422


class AuditForm(QueryForm):
    """Which entries, all of it optional. What is typed is looked up now, and nothing of it is kept."""

    first = LocalDateField(_l("Alkaen"), validators=[Optional()])
    last = LocalDateField(_l("Asti"), validators=[Optional()])
    who = EmailField(_l("Tekijän sähköposti"), validators=[Length(max=254)])
    action = ChoiceField(_l("Tapahtuma"))
    kind = ChoiceField(_l("Kohteen laji"))
    subject = StringField(_l("Kohde"), validators=[Length(max=120)])
    organisation = ChoiceField(_l("Organisaatio"))

    def __init__(self, formdata: MultiDict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(formdata, **kwargs)
        everything = ("", _("kaikki"))
        found = find_organisations()
        self.organisation.choices = [everything, *((str(each.id), each.name) for each in found)]
        self.action.choices = [everything, *all_actions()]
        self.kind.choices = [everything, *((kind, str(words)) for kind, words in KINDS.items())]

    def wanted(self) -> Wanted | None:
        """Return what is asked for; None, with sentences at the fields, for what cannot be found."""
        if not self.validate():
            return None
        zone = clock.zone()
        subject, who = self.subject.data or "", self.who.data or ""
        of_step, action = step_of(self.action.data)
        kind = self.kind.data or of_step
        subject_id = audit_queries.subject_named(kind, subject) if subject and kind else None
        actor_id = audit_queries.actor_with_email(who) if who else None
        if of_step and kind != of_step:
            self.add_error(
                "kind",
                _(
                    "Valittu tapahtuma on toisen lajin. Valitse lajiksi %(kind)s tai kaikki.",
                    kind=KINDS[of_step],
                ),
            )
        if subject and not kind:
            self.add_error("kind", _("Valitse kohteen laji, kun haet kohdetta."))
        elif subject and subject_id is None:
            self.add_error("subject", _("Kohdetta ei löydy. Tarkista tunnus tai hae numerolla."))
        if who and actor_id is None:
            self.add_error("who", _("Osoitteella ei ole tunnusta."))
        if self.first.data and self.last.data and self.last.data < self.first.data:
            self.add_error("last", _("Viimeinen päivä on ennen ensimmäistä. Tarkista päivät."))
        if self.errors:
            return None
        return Wanted(
            since=day(self.first.data, zone).start if self.first.data else None,
            until=day(self.last.data, zone).end if self.last.data else None,
            action=action,
            kind=kind,
            subject_id=subject_id,
            actor_id=actor_id,
            organisation_id=int(self.organisation.data) if self.organisation.data else None,
        )


@blueprint.get("/admin/audit")
@requires(Permission.ADMINISTRATOR)
def entries() -> ResponseReturnValue:
    """What was done by whom to what, newest first, 50 at a time."""
    form = AuditForm()
    wanted = form.wanted()
    before = asked_id("before")
    found = audit_queries.entries(wanted, before=before, size=A_PAGE + 1) if wanted else []
    lines = audit_queries.in_words(found[:A_PAGE])
    asked = {name: request.args[name] for name in form.data if request.args.get(name)}
    older = lines[-1].id if len(found) > A_PAGE else None
    page = render_template("admin/audit.html", form=form, lines=lines, asked=asked, older=older)
    return page, 200 if wanted else UNPROCESSABLE


@blueprint.post("/admin/audit/export")
@requires(Permission.ADMINISTRATOR)
def export() -> ResponseReturnValue:
    """Send the entries as a file, and put that on record first."""
    form = AuditForm(request.form)
    wanted, kind = form.wanted(), request.form.get("format", "csv")
    if wanted is None or kind not in audit_export.FORMATS:
        page = render_template("admin/audit.html", form=form, lines=[], asked={}, older=None)
        return page, UNPROCESSABLE
    now = clock.now()
    number = act(lambda who: audit_export.note_export(wanted, kind, actor=who, now=now))
    pieces = audit_export.written(wanted, kind, up_to=number)
    answer = Response(stream_with_context(pieces), content_type=audit_export.FORMATS[kind])
    answer.headers["Content-Disposition"] = f"attachment; filename=tapahtumat.{kind}"
    answer.headers["Cache-Control"] = "no-store"
    return answer
