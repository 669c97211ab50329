"""How a series repeats, in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from booking.availability.pattern_words import in_words
from booking.reservations.segments import Segment
from booking.reservations.series import segments_in
from booking.web.filters import clock_face, date_long, date_short


def stored_in_words(stored: dict[str, Any] | None, first: datetime, last: datetime) -> list[str]:
    """Return how a stored series repeats, a line for each stretch of it.

    What has no pattern (several dates in the rooms of another owner) is told by its first and last date.
    """
    segments = segments_in(stored)
    if not segments:
        return [_("%(first)s – %(last)s", first=date_short(first), last=date_long(last))]
    return [_segment_in_words(each, segments) for each in segments]


def _segment_in_words(segment: Segment, segments: Sequence[Segment]) -> str:
    start = clock_face(segment.start.hour, segment.start.minute)
    times = f"{start}–{clock_face(segment.end.hour, segment.end.minute)}"
    words = _("%(pattern)s, klo %(times)s", pattern=in_words(segment.pattern, segment.first), times=times)
    if len(segments) == 1:
        return str(words)
    return str(_("%(date)s alkaen %(pattern)s", date=date_long(segment.first), pattern=words))
