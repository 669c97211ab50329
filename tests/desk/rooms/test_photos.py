"""The photos of a room: adding, describing, ordering and removing them, and who sees their pictures."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from booking.access.roles import Role
from booking.audit.models import AuditEntry
from booking.demo.photos import EXAMPLES, drawn
from booking.desk.rooms.photo_views import MOST_BODY
from booking.desk.rooms.photos import Words, add_photo, move_photo, photos_of
from booking.errors import Forbidden, NotFound
from booking.extensions import db
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.rooms.photos import MOST_PHOTOS, PhotoFile, RoomPhoto
from booking.rooms.pictures import MOST_BYTES, picture_of
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import NOW
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.rooms import files
from tests.support.client import PageClient
from tests.support.statements import statements

ROOM = "karelia-sali"
PAGE = f"/desk/rooms/{ROOM}/photos"


@pytest.fixture
def room(session: Any) -> Room:
    return make_room(slug=ROOM, name="Karelia-sali")


@pytest.fixture
def keeper(client: PageClient, room: Room) -> PageClient:
    """The page client of an approver of the room's owner."""
    assert room.owner is not None
    client.sign_in(make_member(room.owner, Role.APPROVER))
    return client


def sent(content: bytes, name: str = "kuva.jpg", row: int = 1, alt: str = "Sali ikkunasta") -> dict[str, Any]:
    """Return a row of the sheet of new photos."""
    return {f"new-{row}-file": FileStorage(BytesIO(content), name), f"new-{row}-alt": alt}


def add(client: PageClient, *rows: dict[str, Any]) -> Any:
    client.get(PAGE)
    values = dict(client.form(having="new-1-file").values)
    for row in rows:
        values |= row
    return client.post(PAGE, **multipart(values))


def multipart(values: dict[str, Any]) -> dict[str, Any]:
    """Return a form with files as a browser sends it; the test client's own way leaves large files open."""
    stream, _length, boundary = stream_encode_multipart(values, use_tempfile=False)
    return {"data": stream.read(), "content_type": f"multipart/form-data; boundary={boundary}"}


def hang(room: Room, number: int = 1, colour: int = 1) -> RoomPhoto:
    """Add a photo by the service, with a picture of its own."""
    assert room.owner is not None
    person = make_member(room.owner, Role.MANAGER)
    picture = picture_of(files.photo(100 + number, 60 + colour))
    return add_photo(room.slug, picture, Words(f"Kuva {number}"), actor=acting(person), now=NOW)


def alts(room: Room) -> list[str]:
    return [photo.alt for photo in photos_of(room)]


def press(client: PageClient, photo: RoomPhoto, step: str, **words: str) -> Any:
    """Press a button of a photo's form."""
    identity = photo.id
    client.get(PAGE)
    values = {f"photo-{identity}-{name}": text for name, text in words.items()}
    return client.submit(values | {"step": step}, action=f"{PAGE}/{identity}")


def files_kept() -> int:
    return db.session.scalar(select(func.count()).select_from(PhotoFile)) or 0


def test_a_keeper_adds_a_photo_and_everybody_sees_it(keeper: PageClient, room: Room, new_client: Any) -> None:
    answer = add(keeper, sent(files.located(6)) | {"new-1-alt_sv": "En sal"})
    assert answer.status_code == 303
    page = keeper.follow(answer).get_data(as_text=True)
    assert "Kuva lisättiin." in page
    visitor = new_client()
    shown = visitor.get(f"/rooms/{ROOM}").get_data(as_text=True)
    (photo,) = catalogue().room(ROOM).photos
    assert f'src="/photos/{photo.small}.webp"' in shown
    assert f'href="/photos/{photo.large}.webp"' in shown
    assert 'alt="Sali ikkunasta"' in shown
    assert 'alt="En sal"' in visitor.get(f"/rooms/{ROOM}?lang=sv").get_data(as_text=True)
    assert 'lang="fi"' in visitor.get(f"/rooms/{ROOM}?lang=en").get_data(as_text=True).split("/photos/")[2]
    for name in (photo.small, photo.large):
        picture = visitor.get(f"/photos/{name}.webp")
        assert picture.status_code == 200
        assert b"KAMERAMERKKI" not in picture.data
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.action, entry.subject_id, set(entry.details)) == ("add_photo", room.id, {"photo"})


def test_several_files_are_added_in_one_go(keeper: PageClient, room: Room) -> None:
    rows = [sent(files.photo(90 + row), row=row, alt=f"Kuva {row}") for row in (1, 2, 3)]
    assert "3 kuvaa lisättiin." in keeper.follow(add(keeper, *rows)).get_data(as_text=True)
    assert alts(room) == ["Kuva 1", "Kuva 2", "Kuva 3"]


def test_what_is_in_order_stays_and_what_is_not_is_said_with_its_words_kept(
    keeper: PageClient, room: Room
) -> None:
    answer = add(
        keeper,
        sent(files.photo(), alt="Hyvä"),
        sent(files.SVG, "kuva.svg", row=2, alt="Piirros"),
        sent(files.photo(), row=3, alt=""),
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert alts(room) == ["Hyvä"]
    assert 'value="Piirros"' in page
    for sentence in (
        "Kuva lisättiin.",
        "Tiedosto ei ole kuva, jonka voi näyttää.",
        "Täytä tämä kohta.",
        "Valitse kuvatiedosto uudelleen.",
    ):
        assert sentence in page


def test_an_empty_sheet_says_what_is_missing(keeper: PageClient, room: Room) -> None:
    answer = add(keeper)
    assert answer.status_code == 422
    assert "Valitse kuvatiedosto." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("content", "name", "status", "sentence"),
    [
        (files.SVG, "kuva.jpg", 422, "Tiedosto ei ole kuva"),
        (files.HTML, "kuva.jpg", 422, "Tiedosto ei ole kuva"),
        (b"", "kuva.jpg", 422, "Tiedosto on tyhjä"),
        (files.png(30_000, 30_000), "kuva.png", 422, "enintään 40 miljoonaa"),
        (files.photo(900, 900)[:5000], "kuva.jpg", 422, "rikki tai jäi kesken"),
        (files.photo() + b"\0" * MOST_BYTES, "kuva.jpg", 413, "enintään 5 Mt"),
    ],
)
def test_a_file_that_is_not_taken_is_said_at_its_field(
    keeper: PageClient, room: Room, content: bytes, name: str, status: int, sentence: str
) -> None:
    answer = add(keeper, sent(content, name))
    assert answer.status_code == status
    assert sentence in answer.get_data(as_text=True)
    assert 'value="Sali ikkunasta"' in answer.get_data(as_text=True)
    assert (alts(room), files_kept()) == ([], 0)


def test_a_wrong_name_and_type_do_not_matter_where_the_content_is_a_picture(
    keeper: PageClient, room: Room
) -> None:
    polyglot = files.photo() + files.HTML
    row = {"new-1-file": FileStorage(BytesIO(polyglot), "sivu.html", content_type="text/html")}
    assert add(keeper, row | {"new-1-alt": "Sali"}).status_code == 303
    for content in db.session.scalars(select(PhotoFile.content)):
        assert b"script" not in content
    picture = keeper.get(f"/photos/{photos_of(room)[0].large}.webp")
    assert picture.mimetype == "image/webp"
    assert "sivu.html" not in str(picture.headers)


def test_a_body_beyond_all_files_is_refused_with_a_sentence_and_other_routes_keep_their_limit(
    keeper: PageClient, room: Room
) -> None:
    answer = add(keeper, sent(b"\0" * MOST_BODY))
    assert answer.status_code == 413
    assert "enintään 30 Mt" in answer.get_data(as_text=True)
    assert f'href="{PAGE}">Palaa lomakkeelle</a>' in answer.get_data(as_text=True)
    keeper.get(PAGE)
    token = keeper.form(having="new-1-file").values["csrf_token"][-1]
    long = keeper.post(f"{PAGE}/1", data={"csrf_token": token, "step": "save", "alt": "a" * 300_000})
    assert long.status_code == 413
    many = {f"x{number}": "a" for number in range(1100)} | {"csrf_token": token}
    assert keeper.post(PAGE, **multipart(many)).status_code == 413


def test_the_page_says_that_each_photo_is_saved_by_itself(keeper: PageClient, room: Room) -> None:
    assert "omalla painikkeellaan" not in keeper.get(PAGE).get_data(as_text=True)
    hang(room, 1)
    assert "omalla painikkeellaan" in keeper.get(PAGE).get_data(as_text=True)


def test_a_visitor_cannot_send_a_large_body(client: PageClient, room: Room) -> None:
    answer = client.post(PAGE, **multipart(sent(b"\0" * 300_000)))
    assert answer.status_code == 413


def test_a_room_has_at_most_twelve_photos(keeper: PageClient, room: Room) -> None:
    for number in range(MOST_PHOTOS - 1):
        hang(room, number)
    answer = add(keeper, sent(files.photo(), alt="Viimeinen"), sent(files.photo(), row=2, alt="Liikaa"))
    assert answer.status_code == 422
    assert "enempää ei mahdu" in answer.get_data(as_text=True)
    assert len(alts(room)) == MOST_PHOTOS
    assert "new-1-file" not in keeper.get(PAGE).get_data(as_text=True)


def test_photos_are_put_in_order_step_by_step(keeper: PageClient, room: Room) -> None:
    first, second, third = (hang(room, number) for number in (1, 2, 3))
    ids = [first.id, second.id, third.id]
    assert press(keeper, db.session.get_one(RoomPhoto, ids[2]), "up").status_code == 303
    assert alts(room) == ["Kuva 1", "Kuva 3", "Kuva 2"]
    press(keeper, db.session.get_one(RoomPhoto, ids[0]), "down", alt="Kuva yksi")
    assert alts(room) == ["Kuva 3", "Kuva yksi", "Kuva 2"]
    assert [each.alt for each in catalogue().room(ROOM).photos] == alts(room)
    assert room.owner is not None
    person = acting(make_member(room.owner, Role.MANAGER))
    move_photo(ROOM, ids[1], 1, actor=person, now=NOW)  # the last stays where it is
    assert alts(room) == ["Kuva 3", "Kuva yksi", "Kuva 2"]


def test_a_photo_gets_other_words_and_keeps_what_was_typed_when_they_are_missing(
    keeper: PageClient, room: Room
) -> None:
    photo = hang(room)
    assert press(keeper, photo, "save", alt="Uusi", alt_en="New").status_code == 303
    assert (photo.alt, photo.alt_en) == ("Uusi", "New")
    answer = press(keeper, photo, "save", alt=" ", alt_sv="Ny")
    assert answer.status_code == 422
    assert 'value="Ny"' in answer.get_data(as_text=True)
    assert (photo.alt, photo.alt_sv) == ("Uusi", "")


def test_a_removed_photo_takes_along_the_bytes_that_no_other_has(keeper: PageClient, room: Room) -> None:
    other = make_room(owner=room.owner)
    photo, twin = hang(room), hang(other)
    alone = hang(room, 2)
    names = [alone.large, photo.large]
    assert twin.large == photo.large
    assert files_kept() == len({photo.large, photo.small, alone.large, alone.small})
    for each in (photo, alone):
        assert press(keeper, each, "remove").status_code == 303
    assert alts(room) == []
    assert keeper.get(f"/photos/{names[0]}.webp").status_code == 404
    assert keeper.get(f"/photos/{names[1]}.webp").status_code == 200
    assert files_kept() == len({twin.large, twin.small})


def test_a_photo_that_is_gone_says_so(keeper: PageClient, room: Room) -> None:
    photo = hang(room)
    keeper.get(PAGE)
    form = keeper.form(action=f"{PAGE}/{photo.id}")
    for step in ("remove", "remove", "save"):
        answer = keeper.post(form.action, data=form.values | {"step": step})
    assert answer.status_code == 404
    assert "Kuvaa ei ole enää" in answer.get_data(as_text=True)


@pytest.mark.parametrize("state", ["draft", "retired"])
def test_pictures_of_a_room_that_is_not_published_are_for_its_keepers(
    keeper: PageClient, room: Room, new_client: Any, state: str
) -> None:
    photo, visitor, stranger = hang(room), new_client(), new_client()
    address = f"/photos/{photo.large}.webp"
    stranger.sign_in(make_member(make_organisation(), Role.APPROVER))
    public = visitor.get(address)
    assert public.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    room.state = state
    assert visitor.get(address).status_code == 404
    assert visitor.get(address, headers={"If-None-Match": public.headers["ETag"]}).status_code == 404
    assert stranger.get(address).status_code == 404
    mine = keeper.get(address)
    assert (mine.status_code, mine.headers["Cache-Control"]) == (200, "private, no-cache")
    assert keeper.get(PAGE).status_code == 200


def test_a_picture_is_kept_for_good_and_can_do_nothing(client: PageClient, room: Room) -> None:
    photo = hang(room)
    address = f"/photos/{photo.small}.webp"
    answer = client.get(address)
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert "Set-Cookie" not in answer.headers
    assert answer.get_etag()[0] == photo.small
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.head(address).status_code == 200
    for unknown in ("0" * 64, "x", "..%2f..%2fetc"):
        assert client.get(f"/photos/{unknown}.webp").status_code == 404


def test_keepers_of_another_owner_change_nothing(client: PageClient, room: Room) -> None:
    photo = hang(room)
    stranger = make_member(make_organisation(), Role.APPROVER)
    own = make_room()
    client.sign_in(stranger)
    client.get("/privacy")
    token = {"csrf_token": client.form(action="/logout").values["csrf_token"][-1]}
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, data=token | sent(files.photo())).status_code == 403
    for step in ("save", "up", "down", "remove"):
        data = token | {"step": step, f"photo-{photo.id}-alt": "Muu"}
        assert client.post(f"{PAGE}/{photo.id}", data=data).status_code == 403
    assert alts(room) == ["Kuva 1"]
    with pytest.raises(Forbidden):
        add_photo(ROOM, picture_of(files.photo()), Words("x"), actor=acting(stranger), now=NOW)
    room.state = "draft"
    db.session.flush()
    assert client.get(PAGE).status_code == 404
    # a photo is looked for in the room that is named, not in any
    keeper = make_member(own.owner, Role.MANAGER)
    with pytest.raises(NotFound):
        move_photo(own.slug, photo.id, 1, actor=acting(keeper), now=NOW)


def test_no_list_reads_bytes_and_the_page_asks_as_often_for_one_photo_as_for_many(
    keeper: PageClient, room: Room
) -> None:
    counts = []
    for number in range(3):
        hang(room, number)
        keeper.get(PAGE)
        with statements() as seen:
            keeper.get(PAGE)
            keeper.get(f"/rooms/{ROOM}")
        counts.append(len(seen))
        assert not [each for each in seen if "photo_files" in each]
    assert len(set(counts)) == 1
    assert counts[0] > 0


def test_the_drawings_of_the_demonstration_are_light_and_described_in_three_languages() -> None:
    for example in EXAMPLES:
        assert len(picture_of(drawn(example.draw)).small.content) < 6_000
        assert all((example.words.fi, example.words.sv, example.words.en))
