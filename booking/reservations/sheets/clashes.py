"""PURE: which lines of a sheet meet what is there, or each other."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from booking.reservations.seen import Seen
from booking.reservations.sheets.lines import Line
from booking.rooms.faults import Fault


def clashes(lines: Iterable[Line], there: Sequence[Seen], *, requests_too: bool) -> list[Fault]:
    """Return a fault for every line whose time and space are taken, naming by what.

    `there` is what is stored. With `requests_too` a request that takes no space is refused beside what takes
    it, as a form would; two requests may always compete.
    """
    stored: dict[int, list[Seen]] = {}
    for each in sorted((each for each in there if each.holds), key=lambda each: each.claimed.start):
        for space_id in each.space_ids:
            stored.setdefault(space_id, []).append(each)
    starts = {space_id: [each.claimed.start for each in rows] for space_id, rows in stored.items()}
    looked_at = [line for line in lines if line.holds or (requests_too and line.state.value == "pending")]
    found: dict[int, Fault] = _among_themselves(looked_at)
    for line in looked_at:
        for space_id in line.room.space_ids:
            # rows of a space never overlap: only the last that starts before the line ends can meet it
            at = bisect_left(starts.get(space_id, []), line.claimed.end) - 1
            if at >= 0 and stored[space_id][at].claimed.end > line.claimed.start:
                found[line.number] = _taken(line, stored[space_id][at])
    return list(found.values())


def _among_themselves(lines: Sequence[Line]) -> dict[int, Fault]:
    """Return by line the faults of lines that overlap another one which holds its space."""
    found: dict[int, Fault] = {}
    by_space: dict[int, list[Line]] = {}
    for line in lines:
        for space_id in line.room.space_ids:
            by_space.setdefault(space_id, []).append(line)
    for here in by_space.values():
        last: Line | None = None  # the holding line that reaches furthest
        waiting: list[Line] = []  # requests that have not ended
        for line in sorted(here, key=lambda each: (each.claimed.start, not each.holds, each.number)):
            start = line.claimed.start
            waiting = [each for each in waiting if each.claimed.end > start]
            if last is not None and last.claimed.end > start:
                later, earlier = max(line.number, last.number), min(line.number, last.number)
                found.setdefault(later, Fault(later, "start", "sheet_taken_by_line", {"line": earlier}))
            if line.holds:
                for each in waiting:
                    found.setdefault(
                        each.number, Fault(each.number, "start", "sheet_taken_by_line", {"line": line.number})
                    )
                if last is None or line.claimed.end > last.claimed.end:
                    last = line
            else:
                waiting.append(line)
    return found


def _taken(line: Line, by: Seen) -> Fault:
    span = by.use if by.use.overlaps(line.claimed) else by.claimed
    text = f"{by.label}, " if by.label else ""
    return Fault(
        line.number,
        "start",
        "sheet_taken",
        {
            "label": by.label,
            "start": span.start,
            "end": span.end,
            "text": f"{text}{span.start:%Y-%m-%d %H:%M}-{span.end:%H:%M} UTC",
        },
    )
