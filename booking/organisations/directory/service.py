"""Write what an organisation says about itself, and say that it is still right.

Functions work in the caller's transaction and flush. All raise NotFound for an unknown organisation and
Forbidden for who does not keep its profile.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select, update

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.accounts.models import User
from booking.audit.service import record
from booking.errors import Forbidden, RuleViolation, Violation
from booking.extensions import db
from booking.organisations.directory import contacts
from booking.organisations.directory.models import Profile, ProfileTag
from booking.organisations.directory.words import TAGS
from booking.organisations.membership import people_with
from booking.organisations.models import Organisation
from booking.organisations.queries import districts, organisation_by_slug

LONGEST: Final[Mapping[str, int]] = {
    "about_fi": 1500,
    "about_sv": 1500,
    "about_en": 1500,
    "accessibility": 600,
    "district": 60,
    "contact_name": 120,
}
"""Characters, by the field."""


@dataclass(frozen=True, slots=True)
class ProfileText:
    """What is to be published, as it was typed. Empty is not published."""

    about_fi: str = ""
    about_sv: str = ""
    about_en: str = ""
    accessibility: str = ""
    district: str = ""
    website: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    themes: frozenset[str] = frozenset()
    targets: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    @property
    def tags(self) -> Mapping[str, frozenset[str]]:
        """The codes by the kind of tag."""
        return {"theme": self.themes, "target": self.targets, "language": self.languages}


def may_edit(organisation_id: int, actor: Actor) -> bool:
    """Say whether a person keeps the profile: a manager, or an approver of an owner that has no manager.

    One statement for such an approver, none for anybody else.
    """
    if actor.has(Right.MANAGE, organisation_id):
        return True
    return actor.has(Right.KEEP_ROOMS, organisation_id) and not people_with(Right.MANAGE, organisation_id)


def editors_of(organisation_id: int) -> list[User]:
    """Return the people who keep the profile today."""
    return people_with(Right.MANAGE, organisation_id) or people_with(Right.KEEP_ROOMS, organisation_id)


def edited_organisation(slug: str, actor: Actor) -> Organisation:
    """Return the organisation whose profile the person keeps."""
    found = organisation_by_slug(slug)
    if not may_edit(found.id, actor):
        raise Forbidden
    return found


def write_profile(slug: str, text: ProfileText, *, actor: Actor, now: datetime) -> Profile:
    """Publish the profile as it is written here; by that it is checked. Raises RuleViolation."""
    organisation = edited_organisation(slug, actor)
    links = _links(text)
    _refuse(text, links)
    profile = db.session.get(Profile, organisation.id, populate_existing=True)
    if profile is None:
        profile = Profile(organisation_id=organisation.id)
        db.session.add(profile)
    profile.about_sv, profile.about_en, profile.accessibility = (
        text.about_sv,
        text.about_en,
        text.accessibility,
    )
    profile.website = links["website"] or ""
    profile.contact_name = text.contact_name
    profile.contact_email, profile.contact_phone = links["contact_email"] or "", links["contact_phone"] or ""
    profile.checked_at, profile.reminded_at = now, None
    _describe(organisation, text)
    _tag(organisation.id, text.tags)
    db.session.flush()
    record("write_profile", "organisation", organisation.id, actor_id=actor.user_id, now=now)
    return profile


def confirm_profile(organisation_id: int, *, actor: Actor, now: datetime) -> None:
    """Say that the profile is still right. Nothing happens to an organisation that has none."""
    if not may_edit(organisation_id, actor):
        raise Forbidden
    profile = db.session.get(Profile, organisation_id, populate_existing=True)
    if profile is not None:
        profile.checked_at, profile.reminded_at = now, None
        db.session.flush()
        record("check_profile", "organisation", organisation_id, actor_id=actor.user_id, now=now)


def _links(text: ProfileText) -> dict[str, str | None]:
    """Return what can be followed, by its field; None for what cannot."""
    read: Mapping[str, Callable[[str], str]] = {
        "website": contacts.website_of,
        "contact_email": contacts.email_of,
        "contact_phone": contacts.phone_of,
    }
    found: dict[str, str | None] = {}
    for field, reader in read.items():
        try:
            found[field] = reader(getattr(text, field))
        except contacts.Unusable:
            found[field] = None
    return found


def _refuse(text: ProfileText, links: Mapping[str, str | None]) -> None:
    broken = [
        Violation("profile_too_long", field, {"length": length})
        for field, length in LONGEST.items()
        if len(getattr(text, field)) > length
    ]
    if not text.about_fi:
        broken.append(Violation("profile_says_nothing", "about_fi"))
    broken += [Violation(f"{field}_unusable", field) for field, link in links.items() if link is None]
    for kind, codes in text.tags.items():
        if codes - set(TAGS[kind]):
            broken.append(Violation("unknown_tag", f"{kind}s"))
    if broken:
        raise RuleViolation(broken)


def _describe(organisation: Organisation, text: ProfileText) -> None:
    """Write what stands in the organisation's own row; `changed_at` stays: no calendar shows any of it."""
    known = {each.casefold(): each for each in districts()}
    district = known.get(text.district.casefold(), text.district)
    db.session.execute(
        update(Organisation)
        .where(Organisation.id == organisation.id)
        .values(description=text.about_fi, district=district, changed_at=Organisation.changed_at)
    )


def _tag(organisation_id: int, tags: Mapping[str, Iterable[str]]) -> None:
    """Have just these tags. Those that stay are left alone."""
    wanted = {(kind, code) for kind, codes in tags.items() for code in codes}
    mine = ProfileTag.organisation_id == organisation_id
    known = {
        (kind, code)
        for kind, code in db.session.execute(select(ProfileTag.kind, ProfileTag.code).where(mine))
    }
    for kind, code in sorted(known - wanted):
        db.session.execute(delete(ProfileTag).where(mine, ProfileTag.kind == kind, ProfileTag.code == code))
    db.session.add_all(
        ProfileTag(organisation_id=organisation_id, kind=kind, code=code)
        for kind, code in sorted(wanted - known)
    )
