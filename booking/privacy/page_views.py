"""What counts as somebody looking at a page."""

from flask import request

from booking.calendars.answer import is_for_everybody


def is_page_view() -> bool:
    """Say whether a browser has been sent to a page by its reader: not a script's request, the API or a feed.

    A browser that goes to an address names HTML in its Accept header; scripts and programs do not.
    """
    return (
        request.method == "GET"
        and request.endpoint is not None
        and not request.path.startswith("/api/")
        and not is_for_everybody()
        and "text/html" in request.headers.get("Accept", "")
    )
