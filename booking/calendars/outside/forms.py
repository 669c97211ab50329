"""The form of a calendar from outside: of which room, where it is, what of it blocks, who reads titles."""

import re
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from booking.calendars.outside.models import OutsideSource
from booking.calendars.outside.readings import Rules
from booking.calendars.outside.service import Wanted
from booking.errors import Violation
from booking.rooms.choices import room_choices
from booking.rooms.facts import RoomFacts
from booking.web.carried import MOST_BYTES, packed, unpacked
from booking.web.forms import BaseForm, Required
from booking.web.sentences import sentence, sentence_for

LONGEST_ADDRESS: Final = 2000
_SCHEMES: Final = ("https", "http", "webcal", "webcals")
_UNFIT: Final = re.compile(r"[\s\x00-\x20\x7f]")


class SourceForm(BaseForm):
    """Shape only. `room` is chosen by its slug; `carried` is a file that was looked at already."""

    room = SelectField(_l("Tila"), [Required()])
    address = StringField(_l("Kalenterin osoite"), [Length(max=LONGEST_ADDRESS)])
    file = FileField(_l("Tai tiedosto (.ics)"))
    carried = HiddenField()
    carried_name = HiddenField()
    all_day = RadioField(
        _l("Koko päivän tapahtumat"),
        choices=[
            SelectChoice("block", _l("varaavat tilan koko vuorokaudeksi")),
            SelectChoice("skip", _l("eivät varaa tilaa, esimerkiksi liputuspäivät ja muistutukset")),
        ],
        default="block",
    )
    transparent = RadioField(
        _l("Vapaaksi merkityt tapahtumat"),
        choices=[
            SelectChoice("skip", _l("eivät varaa tilaa")),
            SelectChoice("block", _l("varaavat tilan siinä missä muutkin")),
        ],
        default="skip",
    )
    titles = RadioField(
        _l("Mitä muut näkevät"),
        choices=[
            SelectChoice("hidden", _l("vain ”varattu”; otsikot näkyvät tilan pitäjille")),
            SelectChoice("shown", _l("tapahtumien otsikot näkyvät kaikille")),
        ],
        default="hidden",
    )

    def __init__(self, rooms: Sequence[RoomFacts], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._rooms = {room.slug: room.id for room in rooms}
        self.room.choices = room_choices(rooms)
        self.content: bytes | None = None
        self.is_kept = False
        """Whether there is a file already that stays, if no other is chosen."""

    def begin_with(self, slug: str) -> None:
        """Fill an empty form: this room, if there is one of the name."""
        if slug in self._rooms:
            self.room.data = slug

    def begin_as(self, source: OutsideSource, room: RoomFacts) -> None:
        """Fill an empty form with a calendar as it is; the room stays."""
        self.room.data, self.address.data = room.slug, source.address
        self.all_day.data, self.transparent.data = source.all_day, source.transparent
        self.titles.data = "shown" if source.is_public else "hidden"

    def keep_room(self, room: RoomFacts, *, has_file: bool) -> None:
        """Have the form be of a calendar that is there: of this room alone, with its file if it has one."""
        self.room.data, self.is_kept = room.slug, has_file

    def validate(self, extra_validators: Any = None) -> bool:
        """Look also whether there is just one of address and file, each of its shape."""
        super().validate(extra_validators)
        self._read_file()
        address = self.address.data or ""
        if address and self.content is not None:
            self._refuse("address", "outside_both_given")
        elif address and not _is_address(address):
            self._refuse("address", "outside_bad_address")
        elif not address and self.content is None and not self.is_kept and not self.file.errors:
            self._refuse("address", "outside_nothing_given")
        return not self.errors

    def wanted(self) -> Wanted:
        """Return what a form that `validate` has let through asks for."""
        return Wanted(
            room_id=self._rooms[str(self.room.data)],
            address=self.address.data or "",
            file_name=self.carried_name.data or "",
            rules=Rules(
                all_day="skip" if self.all_day.data == "skip" else "block",
                transparent="block" if self.transparent.data == "block" else "skip",
            ),
            is_public=self.titles.data == "shown",
        )

    def show_violations(self, violations: Sequence[Violation]) -> None:
        """Put a refusal's sentences beside the fields they belong to."""
        for broken in violations:
            self.add_error(broken.field, sentence_for(broken))

    @property
    def carries(self) -> bool:
        """Whether a file that was sent comes again with the form; else it must be chosen again."""
        return bool(self.carried.data)

    def _read_file(self) -> None:
        upload = self.file.data
        if isinstance(upload, FileStorage) and upload.filename:
            with upload.stream as stream:
                self.content = bytes(stream.read(MOST_BYTES + 1))
            self.carried_name.data = upload.filename.replace("\\", "/").rpartition("/")[2]
            if len(self.content) > MOST_BYTES:
                self._refuse("file", "outside_too_large")
                self.content = None
            self.carried.data = packed(self.content) if self.content is not None else ""
        elif self.carried.data:
            self.content = unpacked(self.carried.data)

    def _refuse(self, field: str, code: str) -> None:
        self.add_error(field, sentence(code))


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme.lower() in _SCHEMES and bool(parts.hostname) and not _UNFIT.search(text)
    except ValueError:  # brackets or a port that are none
        return False
