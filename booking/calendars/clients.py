"""What kind of program fetches a feed, as its User-Agent tells; the User-Agent itself is kept nowhere.

The marks are what the programs call themselves in the logs and parsers of other services: Apple's fetch by
`dataaccessd` or `CalendarAgent` (once `CalendarStore`), Google's by `Google-Calendar-Importer`, Outlook as
`Microsoft Office/16.0 (… Outlook …)`, `ms-office` or from a server as `Microsoft Exchange/15`.
"""

from enum import StrEnum


class Client(StrEnum):
    """Kinds of calendar programs, as the database keeps them."""

    GOOGLE = "google"
    APPLE = "apple"
    OUTLOOK = "outlook"
    THUNDERBIRD = "thunderbird"
    ANDROID = "android"
    OTHER = "other"


# The first that fits: Thunderbird calls itself a Mozilla too, and Outlook once did.
_MARKS = (
    (Client.GOOGLE, ("google-calendar",)),
    (Client.THUNDERBIRD, ("thunderbird", "lightning/")),
    (Client.APPLE, ("dataaccessd", "calendaragent", "calendarstore", "coredav", "ical/")),
    (Client.OUTLOOK, ("outlook", "microsoft office", "microsoft exchange", "ms-office", "msoffice")),
    (Client.ANDROID, ("icsx5", "icsdroid", "davx5", "caldav-sync", "dalvik/", "okhttp/")),
)
_BROWSERS = ("mozilla/", "opera/")


def client_of(user_agent: str) -> Client | None:
    """Return the kind of program; None for a browser, whose person only has a look."""
    told = user_agent.lower()
    for client, marks in _MARKS:
        if any(mark in told for mark in marks):
            return client
    return None if told.startswith(_BROWSERS) else Client.OTHER
