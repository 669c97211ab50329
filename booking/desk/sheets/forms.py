"""The forms of the page of sheets. Shape only."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import HiddenField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from booking.web.carried import unpacked
from booking.web.forms import BaseForm, LocalDateField, QueryForm, Required

FORMATS = (
    SelectChoice("office", _l("Excelille: puolipisteet ja pilkku desimaaleissa")),
    SelectChoice("plain", _l("Muille ohjelmille: pilkut erottavat solut")),
)


class RoomsOutForm(QueryForm):
    """How one's rooms are wanted."""

    format = RadioField(_l("Muoto"), choices=FORMATS, default="office")


class ReservationsOutForm(QueryForm):
    """From when to when reservations are wanted, and how."""

    first = LocalDateField(_l("Ensimmäinen päivä"), [Required()])
    last = LocalDateField(_l("Viimeinen päivä"), [Required()])
    format = RadioField(_l("Muoto"), choices=FORMATS, default="office")

    @property
    def span(self) -> tuple[date, date]:
        """The two days of a valid form."""
        if self.first.data is None or self.last.data is None:
            raise ValueError("the form is not valid")
        return self.first.data, self.last.data

    def validate_last(self, field: Any) -> None:
        """The last day is not before the first."""
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError(_("Viimeinen päivä on ennen ensimmäistä."))


class SheetForm(BaseForm):
    """A sheet that is sent in, or that was looked at and comes again in a hidden field."""

    what = HiddenField()
    sheet = FileField(_l("CSV-tiedosto"))
    checked = HiddenField()

    def content(self) -> bytes | None:
        """Return what the sheet holds; where there is none, say so at the field."""
        upload = self.sheet.data
        if isinstance(upload, FileStorage) and upload.filename:
            with upload.stream as stream:
                return bytes(stream.read())
        found = unpacked(self.checked.data) if self.checked.data else None
        if found is None:
            self.add_error("sheet", _("Valitse tiedosto."))
        return found
