"""Tell a person everything that is kept of them: as JSON, and their reservations as a calendar.

The shape of the JSON (version 1): `format`, `version`, `made_at`, `account` (the address), `kept` (the
notice's list: what, until), `names` (rooms, organisations and reservations by id), `tables` (by table, each a
list of its rows, as they are stored), `responsible_for` (reservations others have made in which they are the
responsible person), `views_of_my_contact` (who was shown it, when and on which page) and
`looks_at_the_list_of_accounts` (which administrator opened it, and when). Moments are ISO 8601 in UTC. What
rows say of other people is left out; of others stand there only the names of who has looked.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, Table, or_, select

from booking.accounts.models import User
from booking.calendars import feeds
from booking.calendars.feeds import Feed
from booking.calendars.one import EVER
from booking.extensions import db
from booking.i18n import gettext as _
from booking.organisations.models import Organisation
from booking.privacy.inventory import INVENTORY, Kept, told_lines
from booking.privacy.people import looks_at_accounts, reservations_of, traces_of, views_of
from booking.privacy.purge import edge_of
from booking.privacy.traces import Traces
from booking.reservations.models import Reservation
from booking.reservations.policy import Sight
from booking.rooms.catalogue import catalogue

FORMAT, VERSION = "imatra-booking/my-data", 1
OF_OTHERS: Final = {"reservations": ("responsible", "contact"), "waiting_entries": ("responsible", "contact")}
"""Columns of one's own rows that may name somebody else: told only where they name oneself."""
UNTOLD: Final = {"outbox_messages": ("body", "calendar", "last_error"), "idempotency_keys": ("body",)}
"""Columns with words of others in one's own rows: of a mail is told which it was and when it was sent."""


def data_of(user: User, *, now: datetime) -> dict[str, Any]:
    """Return everything that is kept of a person, ready for JSON. Reads only."""
    known = traces_of(user)
    about = reservations_of(user, known)
    tables = {kept.table: _rows(kept, user, known) for kept in INVENTORY if _is_theirs(kept)}
    responsible = [
        {"reference": each.reference, "title": each.title, "dates": _dates(each), "contact": each.contact}
        for each in about
        if each.booker_id != user.id
    ]
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": _plain(now),
        "account": user.email,
        "kept": [{"what": str(each.what), "until": str(each.until)} for each in told_lines()],
        "names": _names(tables),
        "tables": tables,
        "responsible_for": responsible,
        "views_of_my_contact": [
            {"viewer": each.viewer, "reservation": each.reference, "at": _plain(each.at), "page": each.page}
            for each in views_of(about)
        ],
        "looks_at_the_list_of_accounts": [
            {"viewer": each.viewer, "at": _plain(each.at)}
            for each in looks_at_accounts(user, since=edge_of(now))
        ],
    }


def packed(user: User, *, language: str, now: datetime) -> bytes:
    """Return a ZIP with the JSON (`tiedot.json`) and the calendar (`varaukset.ics`)."""
    told = json.dumps(data_of(user, now=now), ensure_ascii=False, indent=1).encode("utf-8")
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tiedot.json", told)
        archive.writestr("varaukset.ics", feeds.feed_bytes(_calendar(user), language=language, start=EVER))
    return held.getvalue()


def _calendar(user: User) -> Feed:
    return Feed(
        path="/profile/data",
        page="/profile/data",
        name=lambda: str(_("Omat varaukset")),
        description=lambda: str(_("Varaukset, jotka olet tehnyt.")),
        rooms=catalogue(),
        which=Reservation.booker_id == user.id,
        version=(),
        sight=Sight.FULL,
    )


def _is_theirs(kept: Kept) -> bool:
    return bool(kept.theirs) or "recipient" in kept.words


def _rows(kept: Kept, user: User, known: Traces) -> list[dict[str, Any]]:
    """Return a person's rows of a table, by key, without what is secret or another's."""
    table: Table = db.metadata.tables[kept.table]
    theirs = [table.c[name] == user.id for name in kept.theirs]
    if "recipient" in kept.words:
        theirs.append(table.c.recipient == user.email)
    hidden = {*kept.secrets, *kept.by, *UNTOLD.get(kept.table, ())}
    columns = [column for column in table.columns if column.name not in hidden]
    query = select(*columns).where(or_(*theirs)).order_by(*table.primary_key.columns)
    rows = [
        {name: _plain(value) for name, value in row._mapping.items()} for row in db.session.execute(query)
    ]
    for row in rows:
        for name in OF_OTHERS.get(kept.table, ()):
            if not _names_them(known, row):
                row[name] = ""
    return rows


def _names_them(known: Traces, row: Mapping[str, Any]) -> bool:
    return known.is_name(row["responsible"]) or known.has_address(row["contact"])


def _names(tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, dict[int, str]]:
    """Return what the ids in the rows stand for."""
    ids: dict[str, set[int]] = {"room_id": set(), "organisation_id": set(), "reservation_id": set()}
    for rows in tables.values():
        for row in rows:
            for name, found in ids.items():
                if row.get(name) is not None:
                    found.add(row[name])
    rooms = catalogue().by_id
    organisations = select(Organisation.id, Organisation.name).where(
        Organisation.id.in_(ids["organisation_id"])
    )
    reservations = select(Reservation.id, Reservation.reference).where(
        Reservation.id.in_(ids["reservation_id"])
    )
    return {
        "rooms": {each: rooms[each].name for each in sorted(ids["room_id"]) if each in rooms},
        "organisations": _by_id(organisations),
        "reservations": _by_id(reservations),
    }


def _by_id(query: Select[int, str]) -> dict[int, str]:
    return {row[0]: row[1] for row in db.session.execute(query)}


def _dates(reservation: Reservation) -> list[list[str]]:
    return [[_plain(each.starts_at), _plain(each.ends_at), each.state] for each in reservation.occurrences]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
