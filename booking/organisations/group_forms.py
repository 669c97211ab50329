"""The forms of making an association and of its members. Shape only."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from booking.access.roles import Role
from booking.access.words import ROLE_NOTES
from booking.accounts.forms import LANGUAGE_NAMES, ConsentForm
from booking.organisations.founding import NewGroup
from booking.organisations.joining import LONGEST_WORDS
from booking.organisations.labels import ROLES
from booking.organisations.members import BASIC_ROLES
from booking.organisations.verifying import LONGEST_REASON
from booking.web.forms import BaseForm, ChoiceField, Optional, Required

GROUP_KINDS = ("association", "group")


class FoundingForm(BaseForm):
    """A new association or group."""

    name = StringField(_l("Nimi"), [Required(), Length(max=120)])
    kind = RadioField(_l("Laji"), [Required()], default="association")
    business_id = StringField(_l("Y-tunnus"), [Optional(), Length(max=20)])
    district = StringField(_l("Kaupunginosa"), [Optional(), Length(max=60)])
    description = TextAreaField(_l("Mitä teette"), [Optional(), Length(max=1_000)])
    language = ChoiceField(_l("Yhdistyksen kieli"), choices=LANGUAGE_NAMES, default="fi")
    is_another = BooleanField(_l("Meidän ei ole mikään näistä"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [
            ("association", _("Yhdistys, jolla on Y-tunnus")),
            ("group", _("Rekisteröimätön ryhmä")),
        ]

    def new_group(self) -> NewGroup:
        """Return what was typed."""
        return NewGroup(
            name=self.name.data or "",
            kind=self.kind.data,
            business_id=self.business_id.data or "",
            district=self.district.data or "",
            description=self.description.data or "",
            language=self.language.data,
            is_another=bool(self.is_another.data),
        )


class TurnDownForm(BaseForm):
    """Why an association is not verified."""

    reason = TextAreaField(_l("Syy"), [Required(), Length(max=LONGEST_REASON)])


class RoleForm(BaseForm):
    """One role: of an invitation, or for somebody who has asked to be let in."""

    role = ChoiceField(_l("Rooli"), [Required()])

    def __init__(self, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.role.choices = [(role.value, str(ROLES[role])) for role in roles]


class InviteForm(RoleForm):
    """Whom to invite, and as what."""

    email = EmailField(_l("Sähköpostiosoite"), [Required(), Length(max=254)])


class RolesForm(BaseForm):
    """What a member is: one of the roles of associations, and at an owner's also approver or staff."""

    basic = RadioField(_l("Rooli yhdistyksessä"))
    approver = BooleanField(_l("Hyväksyjä: päättää varauspyynnöistä"))
    staff = BooleanField(_l("Asiakaspalvelu: varaa toisten puolesta"))

    def __init__(self, roles: Sequence[Role], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.basic.choices = [(role.value, f"{ROLES[role]}: {ROLE_NOTES[role]}") for role in BASIC_ROLES]
        if Role.APPROVER in roles:
            self.basic.choices.append(("", _("ei mikään näistä")))
        else:
            del self.approver
            del self.staff

    def chosen(self) -> frozenset[Role]:
        """Return the roles that are chosen."""
        chosen = {Role(self.basic.data)} if self.basic.data else set()
        if self.approver and self.approver.data:
            chosen.add(Role.APPROVER)
        if self.staff and self.staff.data:
            chosen.add(Role.STAFF)
        return frozenset(chosen)


class AskForm(BaseForm):
    """Words to the managers of an association that one wants to be let into."""

    words = TextAreaField(_l("Viesti hallinnolle"), [Optional(), Length(max=LONGEST_WORDS)])


class HandOverForm(BaseForm):
    """Who manages from now on, and what one is oneself."""

    successor = RadioField(_l("Uusi hallinto"), [Required()])
    stays = RadioField(_l("Oma rooli tämän jälkeen"), default=Role.MEMBER.value)

    def __init__(self, people: Sequence[tuple[int, str]], *, visits: bool = False, **kwargs: Any) -> None:
        """`visits`: by an administrator who only stands in, to whom nothing is left."""
        super().__init__(**kwargs)
        self.successor.choices = [(str(user_id), name) for user_id, name in people]
        if visits:
            del self.stays
            return
        self.stays.choices = [
            (Role.MEMBER.value, _("jäsen: näen varaukset")),
            (Role.BOOKER.value, _("varaaja: varaan edelleen")),
            ("", _("lähden yhdistyksestä")),
        ]

    def stays_as(self) -> Role | None:
        """Return what one remains."""
        return Role(self.stays.data) if self.stays and self.stays.data else None


class NewcomerForm(ConsentForm):
    """Somebody who takes an account by an invitation: the link has proved the address."""

    name = StringField(_l("Nimi"), [Required(), Length(max=120)])
    language = ChoiceField(_l("Kieli"), choices=LANGUAGE_NAMES, default="fi")


class AcceptForm(BaseForm):
    """Take an invitation by the account that is signed in."""

    other_address = BooleanField(_l("Liityn tällä tunnuksella"))


class SureForm(BaseForm):
    """A button that asks nothing but to be pressed."""
