"""What an erasure leaves of the mails: nothing to the person, at any address, and none of their own words."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from booking import clock
from booking.access.roles import Role
from booking.accounts import credentials
from booking.accounts.models import EmailChange, User
from booking.desk.approvals import digests
from booking.extensions import db
from booking.outbox.envelope import compose, file_name
from booking.outbox.message import Message
from booking.outbox.models import OutboxMessage
from booking.outbox.service import post
from booking.privacy.erasure import erase
from booking.privacy.feedback.models import Feedback
from booking.privacy.wiping import delete_files
from booking.reservations import messages
from booking.reservations.digest.choice import choose
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user

OLD, WISHED = "vanha@merkki.example", "toivottu@merkki.example"
NAME = "Ainokaisa Koenimi"
TITLE, NOTE = "Ainutkertaiset juhlat", "Tuon oman kakun"


def erased(user: User, folder: Path) -> None:
    db.session.flush()
    gone = erase(user.id, actor=acting(user), now=clock.now())
    delete_files(folder, gone.traces, gone.mails)


def told() -> str:
    """Return all that lies in the outbox, in one text."""
    rows = db.session.query(OutboxMessage).all()
    return "\n".join(f"{row.recipient}\n{row.subject}\n{row.body}\n{row.calendar}" for row in rows)


def written(folder: Path) -> list[Path]:
    """Write every mail of the outbox into its file, as the worker does."""
    rows = db.session.query(OutboxMessage).all()
    for row in rows:
        (folder / file_name(row)).write_bytes(compose(row, "tilat@example.fi").as_bytes())
    return sorted(folder.glob("*.eml"))


def change(user: User, monkeypatch: Any, *, proved: bool) -> None:
    """Ask for another address, prove it and take it back."""
    tokens = iter(("todiste", "peruutus"))
    monkeypatch.setattr(credentials.secrets, "token_urlsafe", lambda _length: next(tokens))
    now = clock.now()
    credentials.ask_for_email(WISHED, actor=acting(user), now=now)
    if proved:
        credentials.prove_email("todiste", actor=acting(user), now=now, session_id=None)
        post(Message("confirmed", WISHED, "fi", "Varaus", "Vahvistettu.\n", "reservation", 0), now=now)
        credentials.undo_email("peruutus", now=now)
    monkeypatch.undo()


def test_an_address_that_was_taken_back_is_forgotten(session: Any, tmp_path: Path, monkeypatch: Any) -> None:
    user, other = make_user(email=OLD), make_user()
    post(Message("confirmed", other.email, "fi", "Varaus", "Kiitos.\n", "reservation", 0), now=clock.now())
    change(user, monkeypatch, proved=True)
    assert len(written(tmp_path)) == 4
    assert WISHED in told()
    assert db.session.query(EmailChange).count() == 0
    erased(user, tmp_path)
    assert [address for address in (OLD, WISHED) if address in told()] == []
    (left,) = tmp_path.glob("*.eml")
    assert message_from_bytes(left.read_bytes(), policy=default)["To"] == other.email


def test_an_address_that_was_only_asked_for_may_be_another_s(
    session: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    user = make_user(email=OLD)
    post(Message("invited", WISHED, "fi", "Kutsu", "Tule mukaan.\n", "invitation", 0), now=clock.now())
    change(user, monkeypatch, proved=False)
    assert len(written(tmp_path)) == 2
    erased(user, tmp_path)
    (row,) = db.session.query(OutboxMessage).all()
    assert (row.kind, row.recipient) == ("invited", WISHED)
    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_owners_are_left_with_none_of_the_person_s_words(session: Any, tmp_path: Path) -> None:
    owner = make_organisation()
    room, user = make_room(owner=owner), make_user(name=NAME)
    make_user(name=NAME)  # a namesake, whose name is left where it stands
    hasty, daily = make_member(owner, Role.APPROVER), make_member(owner, Role.APPROVER)
    now = clock.now()
    choose(is_daily=True, actor=acting(daily), now=now)
    own = make_reservation(room, booker=user, title=TITLE, note=NOTE, responsible=user.name, contact="x")
    messages.tell_approvers("request_to_decide", own, now=now)
    digests.send_digests(now=now + timedelta(days=1))
    sent = Feedback(kind="other", text="Ihan omat sanat", page="", language="fi", user_id=user.id)
    sent.created_at = now
    db.session.add(sent)
    db.session.flush()
    post(Message("feedback_received", hasty.email, "fi", "Palaute", sent.text, "feedback", sent.id), now=now)
    files = written(tmp_path)
    assert told().count(TITLE) == len(files) - 1 == 2
    erased(user, tmp_path)
    kinds = {row.kind: row for row in db.session.query(OutboxMessage).filter_by(recipient=hasty.email)}
    assert set(kinds) == {"cancelled_by_booker"}
    assert "Tilaisuus: (poistettu)" in kinds["cancelled_by_booker"].body
    assert "Varaaja: (poistettu)" in kinds["cancelled_by_booker"].body
    assert room.name in kinds["cancelled_by_booker"].subject
    assert [word for word in (TITLE, NOTE, "Ihan omat sanat", NAME) if word in told()] == []
    assert list(tmp_path.glob("*.eml")) == []
