"""What an organisation publishes of itself, who writes it, and how it is found by that."""

from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from booking import clock
from booking.access.roles import Role
from booking.audit.models import AuditEntry
from booking.errors import Forbidden, RuleViolation
from booking.extensions import db
from booking.organisations.directory import contacts
from booking.organisations.directory.exchanges import Line, write_line
from booking.organisations.directory.models import Profile, ProfileTag
from booking.organisations.directory.service import ProfileText, confirm_profile, editors_of, write_profile
from booking.organisations.directory.words import TAGS
from booking.organisations.models import Organisation
from tests.factories.organisations import make_member, make_organisation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user, sign_in
from tests.support.statements import statements

CHOIR = ProfileText(
    about_fi="Laulamme tiistaisin Äänekkäästi.",
    about_sv="Vi sjunger på tisdagar.",
    accessibility="Ovi on leveä.",
    district="mansikkala",
    website="www.kuoro.example/laulu",
    contact_name="Sihteeri",
    contact_email="kuoro@kuoro.example",
    contact_phone="040 123 4567",
    themes=frozenset({"music", "culture"}),
    targets=frozenset({"over_65"}),
    languages=frozenset({"fi", "sv"}),
)


def publish(organisation: Organisation, text: ProfileText = CHOIR) -> None:
    manager = make_member(
        organisation, Role.MANAGER, name="Salainen Hoitaja", email="salainen@hoitaja.example"
    )
    write_profile(organisation.slug, text, actor=acting(manager), now=clock.now())


def shown(client: Any, address: str) -> str:
    return str(client.get(address).get_data(as_text=True))


def test_what_is_published_is_on_the_page_and_nothing_of_the_manager_s_account(
    client: Any, session: Any
) -> None:
    make_organisation(district="Mansikkala")  # the spelling that is known already
    choir = make_organisation(name="Kuoro ry")
    publish(choir)
    session.expire_all()
    page = shown(client, f"/organisations/{choir.slug}")
    assert choir.district == "Mansikkala"
    for words in (
        "Laulamme tiistaisin",
        "musiikki ja laulu",
        "yli 65-vuotiaat",
        "Ovi on leveä",
        'href="tel:0401234567"',
        'href="https://www.kuoro.example/laulu"',
        "Sihteeri",
        "Tiedot tarkistettu",
    ):
        assert words in page
    assert "kuoro@kuoro.example" not in page  # as programs look for it
    assert "mailto:" not in page
    assert 'href="mailto:kuoro@kuoro.example">' in unescape(page)  # a press is enough, without a script
    assert "kuoro<wbr>@<wbr>kuoro.example" in unescape(page)
    assert "hoitaja" not in page.lower()


def test_a_reader_gets_their_language_or_the_finnish_marked_as_such(client: Any, session: Any) -> None:
    choir = make_organisation()
    publish(choir)
    swedish, english = (shown(client, f"/organisations/{choir.slug}?lang={code}") for code in ("sv", "en"))
    assert "Vi sjunger" in swedish
    assert "Laulamme" not in swedish
    assert '<p class="letter" lang="fi">Laulamme' in english
    assert '<dd lang="fi">Ovi' in swedish


def test_only_who_manages_it_writes_a_profile(session: Any) -> None:
    choir = make_organisation()
    others = [make_member(choir, role) for role in (Role.MEMBER, Role.BOOKER)]
    others += [make_member(make_organisation(), Role.MANAGER), make_user(is_admin=True)]
    for other in others:
        with pytest.raises(Forbidden):
            write_profile(choir.slug, CHOIR, actor=acting(other), now=clock.now())
        with pytest.raises(Forbidden):
            confirm_profile(choir.id, actor=acting(other), now=clock.now())
    assert session.scalars(select(Profile)).all() == []


def test_an_owner_s_approver_writes_it_until_there_is_a_manager(session: Any) -> None:
    city = make_organisation(kind="city")
    approver = make_member(city, Role.APPROVER)
    write_profile(city.slug, CHOIR, actor=acting(approver), now=clock.now())
    assert editors_of(city.id) == [approver]
    manager = make_member(city, Role.MANAGER)
    assert editors_of(city.id) == [manager]
    with pytest.raises(Forbidden):
        write_profile(city.slug, CHOIR, actor=acting(approver), now=clock.now())


def test_another_s_manager_sees_no_form_and_changes_nothing(client: Any, session: Any) -> None:
    choir = make_organisation(description="Ennallaan.")
    sign_in(client, make_member(make_organisation(), Role.MANAGER))
    address = f"/organisations/{choir.slug}/profile"
    assert client.get(address).status_code == 403
    assert "/profile" not in shown(client, f"/organisations/{choir.slug}").split("<main")[1]
    token = client.form(action="/logout").values["csrf_token"]
    assert client.post(address, data={"csrf_token": token, "about_fi": "Kaapattu."}).status_code == 403
    session.expire_all()
    assert choir.description == "Ennallaan."


def test_the_form_keeps_what_is_typed_and_says_at_each_field_what_is_wrong(client: Any, session: Any) -> None:
    choir = make_organisation()
    sign_in(client, make_member(choir, Role.MANAGER))
    address = f"/organisations/{choir.slug}/profile"
    client.get(address)
    typed = {
        "about_fi": "Laulua.",
        "about_sv": "x" * 1501,
        "website": "javascript:alert(1)",
        "contact_phone": "kysy",
        "contact_email": "ei osoite",
    }
    answer = client.submit(typed, having="about_fi")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert [words for words in typed.values() if words not in page] == []
    assert [field for field in typed if f'href="#{field}"' in page] == list(typed)[1:]
    assert session.scalars(select(Profile)).all() == []


def test_saving_it_anew_takes_away_what_is_no_longer_there(client: Any, session: Any) -> None:
    choir = make_organisation(name="Kuoro ry")
    publish(choir)
    before = session.scalars(select(AuditEntry.id)).all()
    later = clock.now() + timedelta(days=400)
    manager = make_member(choir, Role.MANAGER)
    write_profile(
        choir.slug,
        ProfileText(about_fi="Vain kuuntelemme.", themes=frozenset({"music"})),
        actor=acting(manager),
        now=later,
    )
    tags = session.execute(select(ProfileTag.kind, ProfileTag.code)).all()
    assert [tuple(tag) for tag in tags] == [("theme", "music")]
    profile = session.get(Profile, choir.id)
    assert (profile.contact_name, profile.contact_email, profile.website) == ("", "", "")
    assert profile.checked_at == later.replace(microsecond=0)
    (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.id.not_in(before)))
    assert (entry.action, entry.subject_id, entry.details) == ("write_profile", choir.id, {})


def test_a_profile_moves_no_calendar(session: Any) -> None:
    choir = make_organisation()
    assert choir.changed_at is None
    publish(choir)
    session.expire_all()
    assert choir.description == CHOIR.about_fi
    assert choir.changed_at is None  # feeds tell it as LAST-MODIFIED, and none of this


def test_an_unknown_code_is_refused(session: Any) -> None:
    choir = make_organisation()
    with pytest.raises(RuleViolation) as refused:
        publish(choir, ProfileText(about_fi="Laulua.", themes=frozenset({"witchcraft"})))
    assert [(each.code, each.field) for each in refused.value.violations] == [("unknown_tag", "themes")]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("q=ÄÄNEKKÄÄSTI", True),  # SQLite knows no capital Ä
        ("q=laulamme+kuoro", True),
        ("q=laulamme+soitamme", False),
        ("q=mansikkala", True),
        ("q=musiikki", True),  # by the word of a theme
        ("q=tisdagar", True),
        ("q=%25", False),
        ("theme=music", True),
        ("theme=food", False),
        ("target=over_65&theme=culture&speaks=sv&district=Mansikkala&kind=association", True),
        ("target=over_65&theme=culture&speaks=en", False),
        ("side=offers", False),
        ("rooms=y", False),
        ("theme=witchcraft", False),
    ],
)
def test_the_directory_finds_by_words_and_by_each_filter(
    client: Any, session: Any, question: str, found: bool
) -> None:
    make_organisation(district="Mansikkala")
    publish(make_organisation(name="Kuoro ry"))
    assert ("Kuoro ry</a>" in shown(client, f"/organisations?{question}")) is found


def test_what_is_archived_or_turned_down_leaves_the_directory(client: Any, session: Any) -> None:
    choir = make_organisation(name="Kuoro ry")
    publish(choir)
    manager = acting(make_member(choir, Role.MANAGER))
    write_line(choir.slug, None, Line("offers", "rooms", "Harjoitustila"), actor=manager, now=clock.now())
    assert "Kuoro ry" in shown(client, "/organisations")
    assert "Harjoitustila" in shown(client, "/organisations/offers")
    choir.verified_at = None
    assert "ei vielä vahvistettu" in shown(client, "/organisations")
    for gone in ("archived_at", "turned_down_at"):
        setattr(choir, gone, clock.now())
        assert "Kuoro ry" not in shown(client, "/organisations")
        assert "Harjoitustila" not in shown(client, "/organisations/offers")
        setattr(choir, gone, None)


def test_what_is_for_anyone_is_found_for_each_group(client: Any, session: Any) -> None:
    text = ProfileText(about_fi="Tule mukaan.", targets=frozenset({"everyone"}))
    publish(make_organisation(name="Avoin ry"), text)
    assert "Avoin ry" in shown(client, "/organisations?target=over_65")
    assert "Avoin ry" in shown(client, "/organisations?target=everyone")


def test_who_has_rooms_is_found_by_that(client: Any, session: Any) -> None:
    owner = make_organisation(name="Talollinen ry")
    make_room(owner=owner)
    make_organisation(name="Taloton ry")
    page = shown(client, "/organisations?rooms=y")
    assert "Talollinen ry" in page
    assert "Taloton ry" not in page


def test_an_empty_result_says_what_to_do(client: Any) -> None:
    page = shown(client, "/organisations?q=qwerty")
    assert "lyhyempi sana" in page
    assert 'href="/organisations"' in page


def test_a_page_of_results_costs_the_same_however_many_there_are(client: Any, session: Any) -> None:
    counts = []
    for _round in range(2):
        for _number in range(6):
            organisation = make_organisation(kind="group")
            db.session.add(Profile(organisation_id=organisation.id, checked_at=clock.now()))
            db.session.add(ProfileTag(organisation_id=organisation.id, kind="theme", code="music"))
        db.session.flush()
        client.get("/organisations?theme=music")
        with statements() as sent:
            client.get("/organisations?theme=music")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 5


def test_every_code_has_a_word_of_its_own_and_fits_its_column(app: Any) -> None:
    with app.test_request_context():
        for kind, words in TAGS.items():
            assert len({str(label) for label in words.values()}) == len(words), kind
            assert all(len(code) <= 20 for code in words)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("", ""),
        ("www.kuoro.fi", "https://www.kuoro.fi"),
        ("http://kuoro.fi/a?b=c#d", "http://kuoro.fi/a?b=c#d"),
        ("HTTPS://Kuoro.FI", "https://kuoro.fi"),
        ("kuoro.fi:8080/x", "https://kuoro.fi:8080/x"),
        ("https://äänekoski.example/ö", "https://äänekoski.example/ö"),
    ],
)
def test_a_web_address_is_read_as_people_write_it(typed: str, stored: str) -> None:
    assert contacts.website_of(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://kuoro.fi",
        "//kuoro.fi",
        "https://kuoro.fi@paha.example",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost",
        "https://kuoro.fi\\@paha.example",
        "https://kuoro.fi/a b",
        "https://kuoro.fi:99999",
        "https://kuoro.fi/" + "x" * 200,
        "mailto:kuoro@kuoro.fi",
        "java\tscript:alert(1)",
    ],
)
def test_what_is_no_web_address_is_refused(typed: str) -> None:
    with pytest.raises(contacts.Unusable):
        contacts.website_of(typed)


@given(st.text(max_size=60))
def test_whatever_is_typed_a_link_leads_to_the_web_or_nowhere(typed: str) -> None:
    try:
        address = contacts.website_of(typed)
    except contacts.Unusable:
        return
    assert address == "" or address.startswith(("https://", "http://"))
    assert contacts.website_of(address) == address


@pytest.mark.parametrize(
    ("typed", "called"),
    [
        ("040 123 4567", "0401234567"),
        ("+358 5 617 7000", "+35856177000"),
        ("(05) 617-7000", None),
        ("12", None),
    ],
)
def test_a_phone_number_is_dialled_without_its_gaps(typed: str, called: str | None) -> None:
    if called is None:
        with pytest.raises(contacts.Unusable):
            contacts.phone_of(typed)
    else:
        assert contacts.dialled(contacts.phone_of(typed)) == called


def test_the_groups_of_the_form_are_folded_and_say_what_is_chosen(client: Any) -> None:
    choir = make_organisation()
    publish(choir)
    sign_in(client, make_member(choir, Role.MANAGER))
    page = shown(client, f"/organisations/{choir.slug}/profile")
    assert page.count('<details class="fold">') == 3
    summary = page.partition("<summary>Mistä toiminnassa on kyse: ")[2].partition("</summary>")[0]
    assert "musiikki ja laulu" in summary
    assert '<legend class="vh">Mistä toiminnassa on kyse</legend>' in page
    wrong = client.submit({"themes": ["ei-ole"]}, having="about_fi")
    assert wrong.status_code == 422
    assert wrong.text.count('<details class="fold" open>') == 1
