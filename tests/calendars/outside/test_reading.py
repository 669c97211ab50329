"""What of single events and whole files is understood, and what is told of the rest."""

import pytest

from tests.calendars.outside.writing import calendar, codes, event, reading, refusal, spans, walls

AT_SIX = ("DTSTART;TZID=Europe/Helsinki:20270112T180000", "DTEND;TZID=Europe/Helsinki:20270112T200000")
SIX = ["12.1. 18:00-20:00"]


def one(*lines: str) -> bytes:
    return calendar(event(*lines))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (AT_SIX, SIX),
        (("DTSTART:20270112T160000Z", "DTEND:20270112T180000Z"), SIX),
        (("DTSTART:20270112T180000", "DTEND:20270112T200000"), SIX),
        (("DTSTART:20270112T180000", "DURATION:PT2H"), SIX),
        (("DTSTART:20270112T180000", "DURATION:P1DT1H30M"), ["12.1. 18:00-13.1. 19:30"]),
        (("DTSTART:20270112T180000", "DURATION:P1W"), ["12.1. 18:00-19.1. 18:00"]),
        (('DTSTART;TZID="FLE Standard Time":20270112T180000', "DURATION:PT2H"), SIX),
        (("DTSTART;TZID=/vendor.example/20201231_1/Europe/Helsinki:20270112T180000", "DURATION:PT2H"), SIX),
        (('DTSTART;TZID="(UTC+02:00) Helsinki, Kyiv, Riga":20270112T180000', "DURATION:PT2H"), SIX),
        (("dtstart ; tzid = Europe/Stockholm : 20270112T170000", "duration:pt2h"), SIX),
        (("DTSTART;TZID=Europe/London:20270112T160000", "DTEND;TZID=Europe/Helsinki:20270112T200000"), SIX),
        (("DTSTART:20270112T1800", "DTEND:20270112T1959"), ["12.1. 18:00-19:59"]),
        (("DTSTART;VALUE=DATE:20270112",), ["12.1. 00:00-13.1. 00:00"]),
        (("DTSTART:20270112", "DTEND:20270114"), ["12.1. 00:00-14.1. 00:00"]),
        (("DTSTART;VALUE=DATE:20270112", "DTEND;VALUE=DATE:20270112"), ["12.1. 00:00-13.1. 00:00"]),
        (("DTSTART;VALUE=DATE:20270112", "DURATION:P2D"), ["12.1. 00:00-14.1. 00:00"]),
        (("DTSTART;VALUE=DATE:20250101", "DTEND;VALUE=DATE:20281231"), ["1.1. 00:00-31.12. 00:00"]),
        ((*AT_SIX, "STATUS:CANCELLED"), []),
        ((*AT_SIX, "STATUS:TENTATIVE"), SIX),
        ((*AT_SIX, "TRANSP:TRANSPARENT"), []),
        (("DTSTART:20261231T220000Z", "DURATION:PT1H"), ["1.1. 00:00-01:00"]),
        (("DTSTART:20261231T235959Z", "DURATION:PT1H"), ["1.1. 01:59-02:59"]),
        (("DTSTART:20261231T230000Z", "DURATION:PT1H"), []),
        (("DTSTART:20280204T235959Z", "DURATION:PT1H"), ["5.2. 01:59-02:59"]),
        (("DTSTART:20280205T000000Z", "DURATION:PT1H"), []),
    ],
)
def test_an_events_time_is_read(lines: tuple[str, ...], expected: list[str]) -> None:
    if lines[0] == "DTSTART:20261231T220000Z":
        expected = []  # it ends an hour before the window begins
    assert walls(one(*lines)) == expected


@pytest.mark.parametrize(
    ("lines", "line", "code"),
    [
        (("SUMMARY:x",), 3, "calendar_no_start"),
        (("DTSTART:20270230T180000", "DURATION:PT1H"), 5, "calendar_bad_time"),
        (("DTSTART:eilen", "DURATION:PT1H"), 5, "calendar_bad_time"),
        (("DTSTART:15990101", "DURATION:PT1H"), 5, "calendar_bad_time"),
        (("DTSTART:20270112T180000", "DTEND:20270112T170000"), 6, "calendar_end_before_start"),
        (("DTSTART:20270112T180000", "DURATION:-PT1H"), 6, "calendar_end_before_start"),
        (("DTSTART:20270112T180000", "DURATION:PT"), 6, "calendar_bad_length"),
        (("DTSTART:20270112T180000", "DTEND;VALUE=DATE:20270113"), 6, "calendar_mixed_times"),
        (("DTSTART;TZID=Eilen/Oli:20270112T180000", "DURATION:PT1H"), 5, "calendar_unknown_zone"),
        (("DTSTART;TZID=../../etc/passwd:20270112T180000",), 5, "calendar_unknown_zone"),
        (("DTSTART:20270112", "DTEND:20480112"), 3, "calendar_event_too_long"),
    ],
)
def test_an_event_that_cannot_be_read_is_left_out_with_its_line(
    lines: tuple[str, ...], line: int, code: str
) -> None:
    found = reading(calendar(event(*lines), event(*AT_SIX, uid="b")))
    assert codes(found.problems) == [(line, code)]
    assert spans(found) == SIX
    assert refusal(one(*lines)) == [(line, code)]  # nothing else is left


def test_an_event_without_a_length_blocks_nothing_and_is_told_of() -> None:
    found = reading(one("DTSTART:20270112T180000"))
    assert (spans(found), codes(found.problems)) == ([], [(3, "calendar_no_length")])
    assert walls(one("DTSTART:20200112T180000")) == []  # years ago it is nobody's business


def test_the_owner_chooses_what_blocks() -> None:
    free, day = one(*AT_SIX, "TRANSP:TRANSPARENT"), one("DTSTART:20270112")
    outlook = one("DTSTART:20270112T000000", "DTEND:20270113T000000", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE")
    assert walls(free, transparent="block") == SIX
    assert walls(day, all_day="skip") == walls(outlook, all_day="skip") == []
    assert walls(outlook) == walls(day) == ["12.1. 00:00-13.1. 00:00"]
    assert walls(one(*AT_SIX, "STATUS:CANCELLED"), transparent="block") == []


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("SUMMARY:Kuoro\\, soitto\\; ja\\nlaulu \\\\o",), "Kuoro, soitto; ja laulu \\o"),
        (("SUMMARY;LANGUAGE=fi:Hei",), "Hei"),
        (("SUMMARY:" + "ä" * 200,), "ä" * 120),
        (("SUMMARY:Salainen", "CLASS:PRIVATE"), ""),
        (("SUMMARY:Salainen", "CLASS:CONFIDENTIAL"), ""),
        (("SUMMARY:Salainen", "CLASS:X-OMA"), ""),
        (("SUMMARY:Julki", "CLASS:public"), "Julki"),
        (("SUMMARY:a\x00b\x07\u2028c",), "ab c"),
        ((), ""),
    ],
)
def test_a_title_is_plain_text_and_a_private_one_is_not_kept(lines: tuple[str, ...], title: str) -> None:
    (found,) = reading(one(*AT_SIX, *lines)).events
    assert found.title == title


def test_an_event_without_a_uid_is_named_by_what_it_says() -> None:
    first = reading(calendar(event(*AT_SIX, "SUMMARY:a", "DTSTAMP:20270101T000000Z", uid="")))
    again = reading(calendar(event("SUMMARY:a", *AT_SIX, "DTSTAMP:20270102T000000Z", uid="")))
    other = reading(calendar(event(*AT_SIX, "SUMMARY:b", uid="")))
    assert first.events == again.events
    assert first.events[0].uid != other.events[0].uid
    assert len(first.events[0].uid) == 47


def test_a_very_long_uid_keeps_a_short_name_of_its_own() -> None:
    one_of, other = (reading(calendar(event(*AT_SIX, uid="x" * 300 + end))).events[0].uid for end in "ab")
    assert len(one_of) == len(other) == 49
    assert one_of != other


def test_of_one_uid_the_highest_sequence_counts_and_then_the_last_stamp() -> None:
    old = event(*AT_SIX, "SEQUENCE:1")
    new = event("DTSTART:20270113T180000", "DURATION:PT1H", "SEQUENCE:2")
    gone = event(*AT_SIX, "SEQUENCE:3", "STATUS:CANCELLED")
    for order in ((old, new), (new, old)):
        assert walls(calendar(*order)) == ["13.1. 18:00-19:00"]
    assert walls(calendar(gone, new, old)) == []
    stamped = [
        event(f"DTSTART:202701{day}T180000", "DURATION:PT1H", f"LAST-MODIFIED:202612{day}T000000Z")
        for day in (15, 14)
    ]
    assert walls(calendar(*stamped)) == ["15.1. 18:00-19:00"]


def test_two_events_under_one_uid_are_told_of() -> None:
    found = reading(calendar(event(*AT_SIX), event("DTSTART:20270113T180000", "DURATION:PT1H")))
    assert spans(found) == ["13.1. 18:00-19:00"]
    assert codes(found.problems) == [(3, "calendar_uid_twice")]
    assert walls(calendar(event(*AT_SIX), event(*AT_SIX))) == SIX


def test_floating_times_are_by_the_calendars_clock_and_days_by_the_towns() -> None:
    floating = event("DTSTART:20270112T160000", "DURATION:PT2H")
    day = event("DTSTART:20270113", uid="b")
    found = walls(calendar("X-WR-TIMEZONE:Europe/London", floating, day))
    assert found == ["12.1. 18:00-20:00", "13.1. 00:00-14.1. 00:00"]
    assert walls(calendar("X-WR-TIMEZONE:Imatran aika", floating)) == ["12.1. 16:00-18:00"]


def test_several_calendars_in_one_file_are_read_together() -> None:
    first = calendar(
        "X-WR-TIMEZONE:Europe/London", "NAME:Sali", event("DTSTART:20270112T160000", "DURATION:PT2H")
    )
    second = calendar("X-WR-CALNAME:Toinen", event("DTSTART:20270113T160000", "DURATION:PT2H", uid="b"))
    assert walls(first + second) == ["12.1. 18:00-20:00", "13.1. 16:00-18:00"]
    assert reading(first + second).name == "Sali"
    assert reading(second).name == "Toinen"
    assert walls(calendar("METHOD:CANCEL", event(*AT_SIX))) == []
    assert refusal(calendar("CALSCALE:CHINESE")) == [(1, "calendar_not_gregorian")]


OWN = (
    "BEGIN:VTIMEZONE", "TZID:Meid\u00e4n aika",
    "BEGIN:STANDARD", "DTSTART:16011028T040000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "TZOFFSETFROM:+0300", "TZOFFSETTO:+0200", "END:STANDARD",
    "BEGIN:DAYLIGHT", "DTSTART:16010325T030000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "TZOFFSETFROM:+0200", "TZOFFSETTO:+0300", "END:DAYLIGHT", "END:VTIMEZONE",
)  # fmt: skip


@pytest.mark.parametrize("zone", ["Meidän aika", "Europe/Helsinki", ""])
@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        ("20270328T023000", "PT1H", "28.3. 02:30-04:30"),
        ("20270328T033000", "PT1H", "28.3. 04:30-05:30"),
        ("20270328T040000", "PT1H", "28.3. 04:00-05:00"),
        ("20270327T220000", "P1D", "27.3. 22:00-28.3. 22:00"),
        ("20270327T220000", "PT24H", "27.3. 22:00-28.3. 23:00"),
        ("20271031T023000", "PT1H", "31.10. 02:30-03:30"),
        ("20271031T033000", "PT1H", "31.10. 03:30-03:30"),
        ("20271031T040000", "PT1H", "31.10. 04:00-05:00"),
        ("20271030T220000", "P1D", "30.10. 22:00-31.10. 22:00"),
        ("20271030T220000", "PT24H", "30.10. 22:00-31.10. 21:00"),
    ],
)
def test_both_clock_changes_are_those_of_the_zone_be_it_the_files_own(
    zone: str, start: str, length: str, expected: str
) -> None:
    parameter = f";TZID={zone}" if zone else ""
    data = calendar(OWN, event(f"DTSTART{parameter}:{start}", f"DURATION:{length}"))
    assert walls(data) == [expected]
    (found,) = reading(data).events
    hours = {"PT1H": 1, "PT24H": 24, "P1D": 23 if start < "20270401" else 25}[length]
    assert (found.end - found.start).total_seconds() == hours * 3600


def test_an_end_that_the_gap_would_put_before_the_start_keeps_the_length() -> None:
    found = reading(one("DTSTART:20270328T033000", "DTEND:20270328T041500"))
    assert spans(found) == ["28.3. 04:30-05:15"]


def test_a_zone_whose_own_description_is_no_use_is_unknown() -> None:
    for broken in (OWN[:2] + OWN[-1:], tuple(line for line in OWN if not line.startswith("TZOFFSETTO"))):
        data = calendar(broken, event("DTSTART;TZID=Meidän aika:20270112T180000", "DURATION:PT1H"))
        assert [code for _line, code in refusal(data)] == ["calendar_unknown_zone"]


GOOD = one(*AT_SIX)


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"", 0, "calendar_empty"),
        (b"\xef\xbb\xbf\r\n\r\n", 0, "calendar_empty"),
        (b"\n<!DOCTYPE html>\n<html>BEGIN:VCALENDAR", 2, "calendar_is_a_page"),
        (b"Forbidden", 1, "calendar_is_none"),
        (b"BEGIN:VCARD\nEND:VCARD\n", 1, "calendar_is_none"),
        (GOOD[:-20], 7, "calendar_cut_off"),
        (GOOD[:-30], 6, "calendar_cut_off"),
        (GOOD.replace(b"END:VEVENT\r\n", b""), 7, "calendar_wrong_end"),
        (GOOD.replace(b"END:VEVENT", b"END:VTODO"), 7, "calendar_wrong_end"),
        (GOOD + b"END:VCALENDAR\r\n", 9, "calendar_misplaced"),
        (GOOD + b"BEGIN:VEVENT\r\n", 9, "calendar_misplaced"),
        (GOOD.replace(b"UID:a", b"BEGIN:VCALENDAR"), 4, "calendar_misplaced"),
        (GOOD.replace(b"UID:a", b"BEGIN:X-A\r\n" * 9), 10, "calendar_too_deep"),
    ],
)
def test_a_file_that_is_no_calendar_or_broken_in_its_frame_is_refused(
    data: bytes, line: int, code: str
) -> None:
    assert refusal(data) == [(line, code)]


def test_lines_are_counted_as_they_stand_in_the_file() -> None:
    data = (
        b"BEGIN:VCALENDAR\r\nX-LONG:a\r\n b\r\n\tc\r\n\r\nBEGIN:VEVENT\r\nUID:a\r\n"
        b"DTSTART:2027\r\n 0230T180000\r\nDURATION:PT1H\r\nEND:VEVENT\r\n"
        b"BEGIN:VEVENT\r\nDTSTART:20270112T180000\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR"
    )
    for ends in (b"\r\n", b"\n", b"\r"):
        assert codes(reading(data.replace(b"\r\n", ends)).problems) == [(8, "calendar_bad_time")]
    mixed = data.replace(b"\r\n", b"\n", 3).replace(b"\r\n", b"\r", 3)
    assert codes(reading(mixed).problems) == [(8, "calendar_bad_time")]


def test_what_is_in_a_calendar_besides_events_is_of_no_matter() -> None:
    alarm = ("BEGIN:VALARM", "TRIGGER:-PT5M", "DURATION:PT9H", "UID:z", "STATUS:CANCELLED", "END:VALARM")
    todo = ("BEGIN:VTODO", "UID:t", "DTSTART:20270112T180000", "DURATION:PT1H", "END:VTODO")
    data = calendar(todo, event(*AT_SIX, "not a line", ";:;", "DESCRIPTION:Hei", *alarm), "X-UNKNOWN")
    assert walls(data) == SIX
    assert walls(data + b"\r\nbye") == SIX


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252"])
def test_whatever_letters_a_program_writes_are_read(encoding: str) -> None:
    text = one(*AT_SIX, "SUMMARY:Äänitys").decode()
    data = ("\ufeff" * (encoding == "utf-16-be") + text).encode(encoding)
    (found,) = reading(data).events
    assert found.title == "Äänitys"


def test_a_line_may_be_folded_inside_a_letter() -> None:
    data = one(*AT_SIX, "SUMMARY:Äänitys").replace("Ää".encode(), b"\xc3\r\n \x84\xc3\r\n \xa4")
    assert reading(data).events[0].title == "Äänitys"


def test_problems_beyond_a_hundred_are_only_counted() -> None:
    bad = [event("DTSTART:huono", uid=str(number)) for number in range(103)]
    found = reading(calendar(*bad, event(*AT_SIX)))
    assert len(found.problems) == 101
    assert (found.problems[-1].code, dict(found.problems[-1].params)) == (
        "calendar_more_problems",
        {"number": 3},
    )
