"""A founder makes an association, invites two, books, hands over and leaves; its reservation stays."""

import re
from typing import Any

from playwright.sync_api import expect

from tests.journeys.hands import Finger, Keyboard, Mouse
from tests.journeys.people import Person
from tests.journeys.steps import (
    GUESTS,
    Wish,
    event_of,
    fill_request,
    link_in_mail,
    request_address,
    send,
    working_day,
)

NAME, SLUG = "Puutarhakerho Itu ry", "puutarhakerho-itu-ry"
FIRST, SECOND = "itu.varaaja", "itu.jasen"


def found(founder: Person) -> None:
    """Make the association, from one's own reservations."""
    founder.hand.press(founder.link("Perusta yhdistys palveluun"))
    founder.expect_heading("Perusta yhdistys palveluun")
    founder.look_over()
    founder.write("Nimi", NAME)
    founder.write("Y-tunnus", "0201256-7")
    founder.press("Perusta yhdistys")
    founder.expect_said("Y-tunnuksen numerot eivät täsmää. Tarkista tunnus: se on muotoa 1234567-8.")
    founder.write("Y-tunnus", "0201256-6")
    founder.press("Perusta yhdistys")
    founder.expect_done("%(name)s on perustettu, ja olet sen hallinto. Kutsu seuraavaksi muut mukaan.")
    founder.look_over()


def invite(founder: Person, mailbox: str, role: str) -> None:
    """Invite somebody on the page of members that is open."""
    founder.write("Sähköpostiosoite", f"{mailbox}@demo.example")
    founder.choose("Rooli", role)
    founder.press("Lähetä kutsu")
    founder.expect_done("Kutsu lähti osoitteeseen %(email)s. Se on voimassa 14 päivää.")


def accept(person: Person, link: str, name: str) -> None:
    """Take the invitation with a new account, without a password."""
    person.open(link)
    person.expect_heading("Kutsu: %(name)s")
    person.look_over()
    person.write("Nimi", name)
    person.hand.press(person.field("Hyväksyn palvelun käyttöehdot"))
    person.press("Hyväksy kutsu")
    person.expect_done("Tervetuloa! Tunnus on luotu, ja olet nyt mukana: %(name)s.")


def verify(staff: Person) -> None:
    """Go to the desk and verify the association."""
    staff.follow_menu("Omistajan pöytä")
    staff.hand.press(staff.link("Uudet yhdistykset"))
    staff.look_over()
    staff.hand.press(staff.main.locator(f"#{SLUG}").get_by_role("button", name=re.compile("^Vahvista")))
    staff.expect_done("%(name)s on vahvistettu. Sen hallinto saa siitä viestin.")


def test_an_association_keeps_what_its_founder_booked(town: Any, windows: Any) -> None:
    windows.expect_fault("422")  # the slip in the business ID
    founder = Person(Mouse(windows.open(town.base_url)))
    founder.sign_in("varaaja")
    found(founder)
    invite(founder, FIRST, "varaaja")
    invite(founder, SECOND, "jäsen")
    town.flask("jobs", "run", "--once")
    first = Person(Keyboard(windows.open(town.base_url)))
    accept(first, link_in_mail(town, FIRST, "/invitations/"), "Kerhon varaaja")
    second = Person(Finger(windows.open(town.base_url, phone=True)))
    accept(second, link_in_mail(town, SECOND, "/invitations/"), "Kerhon jäsen")

    founder.open(f"/organisations/{SLUG}")
    founder.expect_said(
        "Yhdistystä ei ole vielä vahvistettu. Kaupunki katsoo tiedot yleensä kolmessa arkipäivässä."
        " Siihen asti voit varata tiloja, jotka ovat avoimia kaikille."
    )
    staff = Person(Mouse(windows.open(town.base_url)))
    staff.sign_in("palvelu")
    verify(staff)

    wish = Wish(working_day(9), "Kerhon siementalkoot", people=10)
    founder.open(request_address(GUESTS, wish))
    fill_request(founder.hand, wish)
    founder.hand.choose(founder.page.get_by_label("Varaaja", exact=True), NAME)
    receipt = send(founder.hand, wish)

    founder.open("/profile/organisations")
    founder.look_over()
    mine = founder.main.get_by_role("listitem").filter(has_text=NAME)
    founder.hand.press(mine.get_by_role("link", name=re.compile("^Luovuta hallinto")))
    founder.hand.pick(founder.page.get_by_role("radio", name="Kerhon varaaja"))
    founder.look_over()
    founder.press("Luovuta hallinto")
    founder.expect_done("Hallinto on luovutettu. Uusi hallinto saa siitä viestin.")
    founder.hand.press(mine.get_by_role("button", name=re.compile("^Lähde yhdistyksestä")))
    founder.expect_done("Et ole enää mukana: %(name)s.")
    expect(mine).to_have_count(0)

    first.open("/my")
    expect(first.main).to_contain_text(wish.title)
    first.open(receipt)
    first.expect_said("vahvistettu")
    event_of(f"{town.base_url}/calendars/organisations/{SLUG}.ics", wish)
    first.open(f"/organisations/{SLUG}/members")
    first.expect_said("Kutsu mukaan")
    first.look_over()
