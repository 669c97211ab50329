"""The columns of booking rules: a room's in force, and the defaults of an owner."""

from sqlalchemy import Boolean, CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

WHO_MAY_BOOK = ("anyone", "associations", "members")
APPROVALS = ("at_once", "by_approver", "by_round")
GRIDS = (15, 30, 60)
# 14 days: the longest use the database takes
LONGEST_MINUTES = 20160


class RuleColumns:
    """One column a rule, named as in `rooms.rules.RoomRules`.

    Source: DOMAIN.md, "Room rules". Minutes are whole minutes, `longest_ahead_months` whole months,
    `most_active` reservations per association that have not ended (empty: no limit).
    """

    who_may_book: Mapped[str] = mapped_column(String(20), default="associations")
    approval: Mapped[str] = mapped_column(String(20), default="by_approver")
    pending_holds: Mapped[bool] = mapped_column(Boolean, default=False)
    grid_minutes: Mapped[int] = mapped_column(Integer, default=30)
    shortest_minutes: Mapped[int] = mapped_column(Integer, default=30)
    longest_minutes: Mapped[int] = mapped_column(Integer, default=12 * 60)
    turnaround_minutes: Mapped[int] = mapped_column(Integer, default=0)
    notice_minutes: Mapped[int] = mapped_column(Integer, default=120)
    longest_ahead_months: Mapped[int] = mapped_column(Integer, default=12)
    cancellation_days: Mapped[int] = mapped_column(Integer, default=7)
    most_active: Mapped[int | None] = mapped_column(Integer)


def rule_checks() -> tuple[CheckConstraint, ...]:
    """Return the checks of these columns, for the table that has them."""
    return (
        CheckConstraint(f"who_may_book IN {WHO_MAY_BOOK}", name="who_may_book"),
        CheckConstraint(f"approval IN {APPROVALS}", name="approval"),
        CheckConstraint(f"grid_minutes IN {GRIDS}", name="grid"),
        CheckConstraint("shortest_minutes > 0 AND longest_minutes >= shortest_minutes", name="length"),
        CheckConstraint(f"longest_minutes <= {LONGEST_MINUTES}", name="longest"),
        CheckConstraint("turnaround_minutes BETWEEN 0 AND 1440", name="turnaround"),
    )
