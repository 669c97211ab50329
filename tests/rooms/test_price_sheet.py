"""Prices in the rooms' sheet: the plain column for one price, the full one for all of them."""

import pytest

from booking.db import in_transaction
from booking.rooms.catalogue import catalogue
from booking.rooms.exchange import export_rooms, import_rooms
from booking.rooms.faults import SheetRefused
from booking.rooms.notation import write_prices

HEAD = "slug,name_fi,kind,venue"
ROOM = "tupa,Tupa,village,Tupa"
ALL = "everyone hour 12.50; association season 150; everyone/under_18 free"


def take(*columns_and_cells: tuple[str, str]) -> None:
    head = ",".join([HEAD, *(column for column, _cell in columns_and_cells)])
    line = ",".join([ROOM, *(cell for _column, cell in columns_and_cells)])
    in_transaction(lambda: import_rooms(f"{head}\n{line}\n".encode()))


def prices() -> str:
    return write_prices(catalogue().room("tupa").prices)


@pytest.mark.parametrize("cell", [ALL, "everyone hour 20", "everyone free", ""])
def test_nothing_is_lost_on_the_way_out_and_in_again(session: object, cell: str) -> None:
    take(("prices", cell))
    assert prices() == cell
    text = export_rooms()
    outcome = in_transaction(lambda: import_rooms(text.encode()))
    assert (outcome.changed, outcome.unchanged) == (0, 1)
    assert export_rooms() == text
    take(("prices", "group hour 1"))
    in_transaction(lambda: import_rooms(text.encode()))
    assert prices() == cell


def test_the_plain_column_is_one_price_for_everyone(session: object) -> None:
    take(("price_eur_per_hour", '"12,50"'))
    assert prices() == "everyone hour 12.50"
    take(("price_eur_per_hour", "0"))
    assert prices() == "everyone free"
    take(("price_eur_per_hour", ""))
    assert prices() == ""


def test_the_plain_column_alone_leaves_prices_that_it_cannot_say(session: object) -> None:
    take(("prices", ALL))
    take(("price_eur_per_hour", ""))
    assert prices() == ALL
    take(("price_eur_per_hour", "9"))
    assert prices() == "everyone hour 9"


def test_both_columns_may_say_the_same_and_not_different_things(session: object) -> None:
    take(("price_eur_per_hour", "9"), ("prices", "everyone hour 9"))
    take(("price_eur_per_hour", "9"), ("prices", ""))
    assert prices() == "everyone hour 9"
    take(("price_eur_per_hour", ""), ("prices", ALL))
    assert prices() == ALL
    with pytest.raises(SheetRefused) as caught:
        take(("price_eur_per_hour", "8"), ("prices", "everyone hour 9"))
    assert str(caught.value) == "line 2: prices: differs from price_eur_per_hour, which is for everyone"


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("kallis", "'kallis' is not a price like everyone hour 20"),
        ("pupils hour 3", "'pupils' must be one of everyone, association"),
        ("everyone hour 3; everyone use 4", "'everyone use 4' says what an earlier price"),
        ("share 50; everyone free", "a share of the whole's price stands alone"),
    ],
)
def test_what_cannot_be_read_names_its_line(session: object, cell: str, said: str) -> None:
    with pytest.raises(SheetRefused) as caught:
        take(("prices", cell))
    assert str(caught.value).startswith("line 2: prices: ")
    assert said in str(caught.value)
