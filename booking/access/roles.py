"""What a person is in an organisation, and what that allows there.

Source: DOMAIN.md, "Who". An administrator runs the installation and is not by that an approver of
anybody's rooms.
"""

from enum import StrEnum


class Role(StrEnum):
    """A person's place in one organisation; one person may hold several."""

    MEMBER = "member"
    BOOKER = "booker"
    MANAGER = "manager"
    APPROVER = "approver"
    STAFF = "staff"
    DEPUTY = "deputy"
    """Decides in an approver's place while that one is away; no membership (`organisations.deputies`)."""
    STAND_IN = "stand_in"
    """An administrator in a manager's place for at most two hours, visibly (`organisations.stand_ins`)."""
    STAND_IN_DECIDER = "stand_in_decider"
    """The same, who has said that they also decide on requests meanwhile."""


STAND_IN_ROLES = frozenset({Role.STAND_IN, Role.STAND_IN_DECIDER})
"""An administrator's roles while they stand in. They end by themselves and get no mail."""
MEMBERSHIP_ROLES = tuple(role for role in Role if role not in {Role.DEPUTY, *STAND_IN_ROLES})
"""The roles that a membership can have."""


class Right(StrEnum):
    """What a role allows inside its own organisation."""

    SEE = "see"
    """See the organisation's reservations with all their details, private ones too."""
    BOOK = "book"
    """Ask for rooms in the organisation's name; withdraw and cancel what was asked for in it."""
    MANAGE = "manage"
    """Invite and remove members, receive mail when the booker has left."""
    KEEP_ROOMS = "keep_rooms"
    """Create and edit the organisation's venues and rooms, their hours, rules, prices and closures."""
    DECIDE = "decide"
    """Confirm, decline and cancel reservations of the organisation's own rooms."""
    VERIFY = "verify"
    """Say that an association is what it says, for the city or for an owner of rooms; never one's own."""
    BOOK_ON_BEHALF = "book_on_behalf"
    """Book the organisation's rooms for people who phone or visit."""


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.MEMBER: frozenset({Right.SEE}),
    Role.BOOKER: frozenset({Right.SEE, Right.BOOK}),
    Role.MANAGER: frozenset({Right.SEE, Right.BOOK, Right.MANAGE, Right.KEEP_ROOMS}),
    Role.APPROVER: frozenset({Right.SEE, Right.BOOK, Right.DECIDE, Right.KEEP_ROOMS, Right.VERIFY}),
    Role.STAFF: frozenset({Right.SEE, Right.BOOK, Right.BOOK_ON_BEHALF, Right.VERIFY}),
    Role.DEPUTY: frozenset({Right.DECIDE}),
}
RIGHTS[Role.STAND_IN] = RIGHTS[Role.MANAGER]
RIGHTS[Role.STAND_IN_DECIDER] = RIGHTS[Role.MANAGER] | {Right.DECIDE}
