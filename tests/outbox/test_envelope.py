"""The mail as it travels."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from booking.outbox.envelope import UnusableAddress, address_of, compose, file_name, sender
from booking.outbox.models import OutboxMessage

BODY = "Hei,\n\nKarelia-sali on teidän ti 12.1.2027 klo 18.00–20.00.\n.\nFrom Imatra\n" + "x" * 1200 + "\n"


def row(**changes: Any) -> OutboxMessage:
    values = {
        "id": 7,
        "kind": "confirmed",
        "recipient": "kuoro@demo.example",
        "language": "fi",
        "subject": "Vahvistettu: Kevätkonsertin pääharjoitus – Karelia-sali, " + "ä" * 90,
        "body": BODY,
        "message_id": "<0123456789abcdef@tilat.example>",
        "created_at": datetime(2027, 1, 12, 16, 0, tzinfo=UTC),
    }
    return OutboxMessage(**(values | changes))


def test_a_reader_gets_back_what_was_written() -> None:
    mail = message_from_bytes(compose(row(), "Imatran tilat <tilat@demo.example>").as_bytes(), policy=default)
    assert mail["Subject"] == row().subject
    assert mail.get_content().replace("\r\n", "\n") == BODY
    assert mail["From"] == "Imatran tilat <tilat@demo.example>"
    assert mail["To"] == "kuoro@demo.example"
    assert mail["Date"].datetime == row().created_at
    assert mail["Message-ID"] == row().message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fi"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content_charset() == "utf-8"


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=300)
    | st.text("aä ö–=?_:. 19", max_size=300)
)
@example(
    "Varaus on peruttu: Karelia-sali, Imatran kulttuurikeskus, pe 15.1.2027 klo 18.00–19.00 ja 2 muuta aikaa"
)
@example("Reservation confirmed")
@example("=?utf-8?q?x?= ")
def test_the_subject_arrives_as_it_is_stored(subject: str) -> None:
    content = compose(row(subject=subject), "tilat@demo.example").as_bytes()
    assert message_from_bytes(content, policy=default)["Subject"] == subject
    assert all(len(line) <= 76 for line in content.partition(b"Date:")[0].split(b"\r\n"))


def test_it_travels_as_short_lines_of_plain_ascii() -> None:
    content = compose(row(), "tilat@demo.example").as_bytes()
    assert content.isascii()
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_every_try_sends_the_same_bytes() -> None:
    assert compose(row(), "t@demo.example").as_bytes() == compose(row(), "t@demo.example").as_bytes()


@pytest.mark.parametrize("header", ["subject", "message_id", "language"])
def test_a_line_break_in_a_header_is_refused(header: str) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        compose(row(**{header: "x\r\nBcc: kaikki@x.example"}), "tilat@demo.example").as_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kuoro",
        "kuoro@",
        "@demo.example",
        "a@b.example,c@d.example",
        "a b@c.example",
        "kuoro@demo.example\nBcc: x@y.example",
        "kuoro@demo.example\r",
        "Kuoro <kuoro@demo.example>",
        "ääni@demo.example",
        "a@b..example",
    ],
)
def test_what_is_not_one_bare_address_is_refused(text: str) -> None:
    with pytest.raises(UnusableAddress):
        address_of(text)


def test_a_domain_with_umlauts_travels_in_ascii() -> None:
    assert address_of("kuoro@pöytä.example").addr_spec == "kuoro@xn--pyt-sla1g.example"


def test_the_sender_may_have_a_name() -> None:
    assert sender("Imatran tilat <tilat@demo.example>").display_name == "Imatran tilat"
    assert sender("tilat@demo.example").addr_spec == "tilat@demo.example"


def test_a_mails_file_is_named_without_its_reader() -> None:
    assert file_name(row()) == "000007-confirmed-01234567.eml"
    assert file_name(row(kind="../../etc")) == "000007--etc-01234567.eml"
