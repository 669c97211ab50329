"""The desk's pages of booking on behalf: a phone call from the time to the paper, and bad input."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.desk.behalf.slip import shortened
from booking.reservations import decisions, proposals
from booking.reservations.behalf.calls import count_calls
from booking.reservations.models import Reservation
from booking.rooms.models import Room
from booking.rooms.prices import RoomPriceRow
from booking.rooms.sheet import everyone_pays
from booking.timetable.interval import Interval
from booking.web.filters import moment
from tests.desk.behalf.conftest import NAME, PHONE, Desk, phoned
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.users import acting, sign_in
from tests.reservations.asking import text_of
from tests.support.statements import statements

TIME = {"date": "2027-01-12", "start": "18:00", "end": "20:00", "people": "12"}
QUERY = "?date=2027-01-12&start=18:00&end=20:00&people=12"
CALL = {
    "whom": "person",
    "responsible": NAME,
    "contact": PHONE,
    "caller": "Soitti itse",
    "title": "Syntymäpäivät",
    "purpose": "event",
    "visibility": "private",
    "language": "sv",
    "accept_terms": "y",
}
FORM = "/desk/on-behalf/rooms/sali"


@pytest.fixture
def staff(client: Any, desk: Desk, frozen: Any) -> Any:
    frozen(NOW)
    sign_in(client, desk.staff)
    return client


def made(session: Any) -> list[Reservation]:
    return list(session.scalars(select(Reservation).order_by(Reservation.id)))


def test_a_call_goes_from_the_time_to_the_receipt_and_the_paper(staff: Any, session: Any) -> None:
    page = staff.get(f"/desk/on-behalf{QUERY}").get_data(as_text=True)
    assert "Seurakuntasali" not in page
    assert f"{FORM}?date=2027-01-12" in page
    staff.get(FORM + QUERY)
    answer = staff.submit(CALL, action=FORM)
    assert answer.status_code == 303
    (reservation,) = made(session)
    receipt = staff.get(answer.location).get_data(as_text=True)
    assert reservation.reference in receipt
    assert "Päätös tulee soittolistalle" in receipt
    paper = staff.get(f"/reservations/{reservation.reference}/confirmation?lang=sv").get_data(as_text=True)
    assert "Förfrågan väntar på beslut" in paper
    assert "020 617 0000" in paper
    assert reservation.reference in paper


@pytest.mark.parametrize("page", ["/desk/on-behalf", FORM])
def test_a_link_whose_end_is_before_its_start_keeps_its_fields(staff: Any, page: str) -> None:
    answer = staff.get(f"{page}?date=2027-01-12&start=20:00&end=18:00&people=12")
    assert answer.status_code == 422
    assert "Loppu on ennen alkua" in text_of(answer)
    kept = staff.form(action=page).values
    assert {name: kept[name][-1] for name in TIME} == TIME | {"start": "20:00", "end": "18:00"}


def test_an_association_is_found_by_a_part_of_its_name(staff: Any, session: Any, desk: Desk) -> None:
    staff.get(FORM + QUERY)
    staff.submit(CALL | {"whom": "association", "find": "äimä", "look": "1"}, action=FORM)
    page = staff.submit({}, action=FORM)
    assert page.status_code == 303
    assert [each.organisation_id for each in made(session)] == [desk.club.id]


def test_the_only_match_is_shown_with_its_price_before_it_is_booked(
    staff: Any, session: Any, desk: Desk
) -> None:
    staff.get(FORM + QUERY)
    answer = staff.submit(CALL | {"whom": "association", "find": "äimä"}, action=FORM)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Löytyi Eläkeläiskerho Äimä. Tarkista yhdistys ja hinta ja lähetä uudelleen." in page
    assert re.search(r'id="organisation-hint">Hinta: ', page)
    assert made(session) == []
    assert staff.submit({}, action=FORM).status_code == 303
    assert [each.organisation_id for each in made(session)] == [desk.club.id]


def test_another_part_of_a_name_is_shown_anew(staff: Any, session: Any, desk: Desk) -> None:
    staff.get(FORM + QUERY)
    staff.submit(CALL | {"whom": "association", "find": "äimä", "look": "1"}, action=FORM)
    answer = staff.submit({"find": "seurak"}, action=FORM)
    assert answer.status_code == 422
    assert "Löytyi Seurakunta." in answer.get_data(as_text=True)
    assert made(session) == []


@pytest.mark.parametrize(("phone", "status"), [("abc", 422), ("050 1", 422), ("050 12", 303)])
def test_a_person_without_email_needs_a_number_that_can_be_dialled(
    staff: Any, session: Any, phone: str, status: int
) -> None:
    staff.get(FORM + QUERY)
    answer = staff.submit(CALL | {"contact": phone}, action=FORM)
    assert answer.status_code == status
    if status == 422:
        page = answer.get_data(as_text=True)
        assert f'value="{phone}"' in page
        assert "vähintään 5 numeroa" in page
        assert made(session) == []


def test_a_room_for_associations_offers_no_persons(staff: Any, session: Any, desk: Desk) -> None:
    desk.room.who_may_book = "associations"
    session.flush()
    page = staff.get(FORM + QUERY).get_data(as_text=True)
    assert "Yksityishenkilölle sitä ei voi varata." in page
    assert 'name="whom"' not in page
    staff.submit(CALL | {"whom": None, "find": "äimä", "look": "1"}, action=FORM)
    assert staff.submit({}, action=FORM).status_code == 303


@pytest.mark.parametrize(
    ("part", "sentence"),
    [("", "Kirjoita yhdistyksen nimi"), ("zzz", "Tällä nimellä ei löydy"), ("a", "Valitse yhdistys.")],
)
def test_what_names_no_association_keeps_all_that_was_typed(
    staff: Any, session: Any, part: str, sentence: str
) -> None:
    staff.get(FORM + QUERY)
    answer = staff.submit(CALL | {"whom": "association", "find": part}, action=FORM)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert f'value="{NAME}"' in page
    assert made(session) == []


def test_what_is_missing_is_said_and_nothing_typed_is_lost(staff: Any, session: Any) -> None:
    staff.get(FORM + QUERY)
    answer = staff.submit(CALL | {"contact": "", "people": "monta", "accept_terms": None}, action=FORM)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="monta"' in page
    assert "Soitti itse" in page
    assert made(session) == []


def test_a_taken_time_offers_only_the_owners_other_rooms(staff: Any, session: Any, desk: Desk) -> None:
    make_reservation(desk.room, EVENING)
    page = staff.get(FORM + QUERY).get_data(as_text=True)
    assert "Hetihuone" in page
    assert "Seurakuntasali" not in page
    answer = staff.submit(CALL, action=FORM)
    assert answer.status_code == 409
    assert f'value="{NAME}"' in answer.get_data(as_text=True)


def test_a_second_press_books_once(staff: Any, session: Any) -> None:
    for _press in range(2):
        staff.get(FORM + QUERY)
        assert staff.submit(CALL, action=FORM).status_code == 303
    assert len(made(session)) == 1


def test_another_owners_room_is_refused_by_name(staff: Any) -> None:
    assert staff.get(f"/desk/on-behalf/rooms/srk-sali{QUERY}").status_code == 403
    assert staff.get("/desk/on-behalf/rooms/ei-ole").status_code == 404


def test_the_call_is_made_and_ticked(staff: Any, desk: Desk) -> None:
    reservation = phoned(desk)
    decisions.confirm(reservation.reference, None, actor=acting(desk.approver), now=NOW)
    page = staff.get("/desk/on-behalf/calls").get_data(as_text=True)
    assert 'href="tel:0501239876"' in page
    assert "Omistaja vahvisti pyynnön." in page
    answer = staff.submit({}, action=f"/desk/on-behalf/calls/{reservation.reference}")
    assert answer.status_code == 303
    assert "Kaikille on kerrottu." in staff.get("/desk/on-behalf/calls").get_data(as_text=True)
    history = staff.get(f"/reservations/{reservation.reference}").get_data(as_text=True)
    assert "Varaajalle kerrottiin puhelimessa" in history
    assert f"Palvelupiste, varaajan puolesta: {NAME}" in history


def an_offer(desk: Desk) -> tuple[Reservation, Any]:
    """Have an approver offer the next evening in another room for what was booked by phone."""
    reservation = phoned(desk)
    made = proposals.offer(
        reservation.reference,
        reservation.occurrences[0].id,
        room_slug="heti",
        use=Interval(EVENING.start + timedelta(days=1), EVENING.end + timedelta(days=1)),
        message="",
        actor=acting(desk.approver),
        now=NOW,
    )
    return reservation, made


def test_a_call_about_an_offer_says_what_is_offered_and_until_when(staff: Any, desk: Desk) -> None:
    _reservation, made = an_offer(desk)
    page = staff.get("/desk/on-behalf/calls").get_data(as_text=True)
    assert "Nyt: ti 12.1.2027 klo 18.00–20.00, Sali." in page
    assert "Ehdotus: ke 13.1.2027 klo 18.00–20.00, Hetihuone." in page
    assert f"Vastaus viimeistään {moment(made.deadline_at)}." in page


@pytest.mark.parametrize("answer", [proposals.accept, proposals.refuse])
def test_an_answered_offer_is_off_the_list_of_calls(staff: Any, desk: Desk, answer: Any) -> None:
    reservation, made = an_offer(desk)
    assert count_calls(acting(desk.staff)) == 1
    answer(reservation.reference, made.id, actor=acting(desk.staff), now=NOW)
    assert count_calls(acting(desk.staff)) == 0


def test_the_paper_names_the_contact_and_an_open_offer(staff: Any, desk: Desk) -> None:
    reservation, made = an_offer(desk)
    paper = staff.get(f"/reservations/{reservation.reference}/confirmation").get_data(as_text=True)
    assert "Tilan yhteystiedot" in paper
    assert paper.count("020 617 0000") == 2
    assert "ke 13.1.2027 klo 18.00–20.00, Hetihuone" in paper
    assert f"Vastaa viimeistään {moment(made.deadline_at)}." in paper


@pytest.mark.parametrize("person", ["staff", "approver"])
def test_the_paper_tells_of_the_key_from_the_day_before_and_not_earlier(
    client: Any, session: Any, desk: Desk, frozen: Any, person: str
) -> None:
    desk.room.access_instructions = "Avain on kahviossa."
    session.flush()
    reservation = phoned(desk)
    decisions.confirm(reservation.reference, None, actor=acting(desk.approver), now=NOW)
    for at, told in ((NOW, False), (EVENING.start - timedelta(hours=23), True)):
        frozen(at)
        sign_in(client, getattr(desk, person))
        paper = client.get(f"/reservations/{reservation.reference}/confirmation").get_data(as_text=True)
        assert ("Avain on kahviossa." in paper) is told


def test_the_receipt_for_an_association_says_that_its_bookers_get_the_mail(staff: Any, desk: Desk) -> None:
    reservation = phoned(desk, organisation_slug="kerho")
    page = staff.get(f"/reservations/{reservation.reference}?sent=1").get_data(as_text=True)
    assert "Yhdistyksen varaajille vastaus tulee sähköpostiin." in page


@pytest.mark.parametrize("words", ["syntymä", "0501239876", "soittaja"])
def test_who_phones_again_is_found(staff: Any, desk: Desk, words: str) -> None:
    reservation = phoned(desk)
    page = staff.get(f"/desk/on-behalf/reservations?q={words}").get_data(as_text=True)
    assert reservation.reference in page
    spelt = f"{reservation.reference[:4]} {reservation.reference[4:]}".lower()
    assert reservation.reference in staff.get(f"/desk/on-behalf/reservations?q={spelt}").get_data(
        as_text=True
    )


def test_staff_cancels_for_who_phones_and_no_mail_goes_to_nobody(staff: Any, desk: Desk) -> None:
    reservation = phoned(desk)
    staff.get(f"/reservations/{reservation.reference}")
    answer = staff.submit({}, action=f"/reservations/{reservation.reference}/withdraw")
    assert answer.status_code == 303
    assert [each.state for each in reservation.occurrences] == ["withdrawn"]
    assert "Kaikille on kerrottu." in staff.get("/desk/on-behalf/calls").get_data(as_text=True)


def test_the_list_asks_as_much_for_many_as_for_one(staff: Any, desk: Desk, session: Any) -> None:
    def asked(many: int) -> int:
        for number in range(many):
            phoned(desk, title=f"Juhla {number}", contact=f"050 12 {number}")
        session.expire_all()
        with statements() as sent:
            staff.get("/desk/on-behalf/reservations")
        return len(sent)

    asked(1)
    assert asked(1) == asked(5)


def test_the_terms_on_paper_end_after_a_sentence() -> None:
    assert shortened("Lyhyt.  Ehto.") == "Lyhyt. Ehto."
    assert shortened("Ensimmäinen lause. Toinen lause on pitkä.", 25) == "Ensimmäinen lause."
    assert re.fullmatch(r"\w+…", shortened("sana " * 3, 9))


def test_a_price_that_changes_after_it_was_seen_is_shown_before_booking(staff: Any, session: Any) -> None:
    staff.get(FORM + QUERY)
    room = session.scalars(select(Room).where(Room.slug == "sali")).one()
    room.prices.clear()
    session.flush()
    room.prices.append(RoomPriceRow.of(everyone_pays(1000)))
    session.flush()
    answer = staff.submit(CALL, action=FORM)
    assert answer.status_code == 422
    assert "Hinta muuttui: nyt 20 €. Lähetä uudelleen, jos se sopii." in text_of(answer)
    assert made(session) == []
    assert staff.submit({}, action=FORM).status_code == 303
    assert made(session)[0].price_cents == 2000
