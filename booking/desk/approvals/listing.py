"""Which requests of a queue are on a page: found, sorted, and cut without parting rivals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.desk.approvals.open_dates import OpenDate
from booking.desk.approvals.waiting_words import LONG
from booking.web.paging import Page

REQUESTS_A_PAGE = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """What the approver wants to see.

    `room_ids` empty: all. `show`: "" all, "clear", "competing" or "long" (have waited long). `order`: "start"
    or "age", the oldest first. `page` counts from 1.
    """

    room_ids: frozenset[int] = frozenset()
    show: str = ""
    order: str = "start"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Group:
    """Requests that compete, or a single one: all their dates by start. `competing`: ids of dates that do."""

    dates: Sequence[OpenDate]
    competing: frozenset[int]

    @property
    def reservation_ids(self) -> frozenset[int]:
        """Whose dates they are."""
        return frozenset(each.reservation_id for each in self.dates)

    @property
    def oldest(self) -> datetime:
        """When the first of them was asked for."""
        return min(each.asked_at for each in self.dates)

    @property
    def begins(self) -> datetime:
        """When the first of them begins."""
        return min(each.wanted.start for each in self.dates)


@dataclass(frozen=True, slots=True)
class Listed:
    """The groups of one page; `page.total` counts requests, on all pages."""

    groups: Sequence[Group]
    page: Page


def listed(groups: Sequence[Group], asked: Asked, now: datetime) -> Listed:
    """Return the page that the address asks for. A group is never parted."""
    found = [each for each in groups if _is_meant(each, asked, now)]
    found.sort(key=lambda each: (each.oldest if asked.order == "age" else each.begins, each.dates[0].id))
    pages: list[list[Group]] = [[]]
    many = 0
    for group in found:
        size = len(group.reservation_ids)
        if many and many + size > REQUESTS_A_PAGE:
            pages.append([])
            many = 0
        pages[-1].append(group)
        many += size
    number = min(asked.page, len(pages))
    total = sum(len(each.reservation_ids) for each in found)
    return Listed(pages[number - 1], Page(number, len(pages), total))


def _is_meant(group: Group, asked: Asked, now: datetime) -> bool:
    if asked.room_ids and not any(
        {each.slot.room_id, each.wanted.room_id} & asked.room_ids for each in group.dates
    ):
        return False
    if asked.show == "competing":
        return bool(group.competing)
    if asked.show == "clear":  # what stands in the way is looked at once the page is known
        return not group.competing
    return asked.show != "long" or now - group.oldest >= LONG
