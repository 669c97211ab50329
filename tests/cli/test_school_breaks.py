"""School breaks in and out, as an operator does it."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from booking.app import create_app
from booking.extensions import db
from booking.rooms.catalogue import catalogue
from booking.timetable.pattern import Break
from tests.support.settings import settings_for

ROOMS = "slug,name_fi,kind,venue,capacity\ntupa,Tupa,village,Tupa,30\nsali,Sali,hall,Talo,30\n"
HEADER = "venue,name,first_day,last_day\n"


@pytest.fixture
def real(backend: str, fresh_database: Callable[[str], str], tmp_path: Path) -> Iterator[Flask]:
    """An application with two venues on a database of its own, where commands commit."""
    app = create_app(settings_for(fresh_database(backend), tmp_path / "instance"))
    (tmp_path / "rooms.csv").write_text(ROOMS)
    assert run(app, "rooms", "import", str(tmp_path / "rooms.csv")).exit_code == 0
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def take_in(app: Flask, folder: Path, text: str) -> Result:
    (folder / "in.csv").write_text(text)
    return run(app, "school-breaks", "import", str(folder / "in.csv"))


def known(app: Flask, slug: str) -> tuple[Break, ...]:
    with app.app_context():
        return catalogue().room(slug).school_breaks


def test_a_rooms_breaks_are_everywheres_and_its_venues_own(real: Flask, tmp_path: Path) -> None:
    sheet = HEADER + ",talviloma,2027-03-01,2027-03-07\ntupa,remontti,2027-04-01,2027-04-02\n"
    assert take_in(real, tmp_path, sheet).output == "2 school breaks.\n"
    winter = Break(date(2027, 3, 1), date(2027, 3, 7), "talviloma")
    assert known(real, "sali") == (winter,)
    assert known(real, "tupa") == (winter, Break(date(2027, 4, 1), date(2027, 4, 2), "remontti"))
    assert run(real, "school-breaks", "export").stdout == sheet


def test_a_new_sheet_takes_the_place_of_the_old(real: Flask, tmp_path: Path) -> None:
    take_in(real, tmp_path, HEADER + ",talviloma,2027-03-01,2027-03-07\n")
    take_in(real, tmp_path, HEADER + ",syysloma,2027-10-18,2027-10-24\n")
    assert [each.name for each in known(real, "sali")] == ["syysloma"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("muualla,loma,2027-03-01,2027-03-07", "line 3: there is no venue 'muualla'"),
        (",,2027-03-01,2027-03-07", "line 3: name must have 1 to 60 characters"),
        (",loma,1.3.2027,2027-03-07", "line 3: first_day must be a date as 2027-03-01, not '1.3.2027'"),
        (",loma,2027-03-07,2027-03-01", "line 3: a break must not end before it begins"),
    ],
)
def test_a_faulty_line_is_named_and_nothing_changes(
    real: Flask, tmp_path: Path, line: str, fault: str
) -> None:
    take_in(real, tmp_path, HEADER + ",syysloma,2027-10-18,2027-10-24\n")
    answer: Any = take_in(real, tmp_path, HEADER + f",talviloma,2027-03-01,2027-03-07\n{line}\n")
    assert answer.exit_code == 1
    assert fault in answer.output
    assert [each.name for each in known(real, "sali")] == ["syysloma"]
