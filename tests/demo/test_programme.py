"""The stories by which pages are looked at take place whatever day of the week it is today."""

from booking.demo.programme import STORIES, WEEKLY

TURNAROUND = 15  # minutes, of the halls


def test_what_its_owner_cancels_meets_no_weekly_use_of_its_hall() -> None:
    cancelled = [each for each in STORIES if each.fate == "cancel-by-owner"]
    assert cancelled
    for story in cancelled:
        first, last = story.hours
        for weekly in [each for each in WEEKLY if each.room.startswith(story.room)]:
            start, end = weekly.hours
            assert last + TURNAROUND <= start or end + TURNAROUND <= first, (story.title, weekly.title)
