"""The forms of a room's photos: several new ones on one sheet, and the words of one that is there."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, StringField
from wtforms.validators import Length

from booking.desk.rooms.photos import Words
from booking.errors import RuleViolation
from booking.rooms.photos import ALT_LENGTH, RoomPhoto
from booking.rooms.pictures import MOST_BYTES, MOST_PIXELS, Picture, PictureRefused, picture_of
from booking.web.forms import BaseForm, Optional, Required
from booking.web.sentences import register_sentences, sentence, sentence_for

ROWS: Final = 3  # files on one sheet
TOO_HEAVY: Final = "picture_too_heavy"

register_sentences(
    {
        "picture_empty": _l("Tiedosto on tyhjä. Valitse kuva uudelleen."),
        TOO_HEAVY: lambda: _(
            "Kuva on liian suuri: enintään %(most)s Mt. Pienennä kuva ja lähetä se uudelleen.",
            most=MOST_BYTES // (1024 * 1024),
        ),
        "picture_unknown": _l("Tiedosto ei ole kuva, jonka voi näyttää. Lähetä JPEG-, PNG- tai WebP-kuva."),
        "picture_too_large": lambda: _(
            "Kuvassa on liian monta kuvapistettä: enintään %(most)s miljoonaa. Pienennä kuva.",
            most=MOST_PIXELS // 1_000_000,
        ),
        "picture_broken": _l("Kuva on rikki tai jäi kesken. Tallenna se uudelleen ja lähetä se sitten."),
        "photo_without_words": _l("Kerro suomeksi, mitä kuvassa on."),
        "too_many_photos": _l("Tilalla on jo %(most)s kuvaa, enempää ei mahdu. Poista ensin jokin."),
        "unknown_photo": _l("Kuvaa ei ole enää. Joku on poistanut sen."),
    }
)


class WordsForm(BaseForm):
    """What a photo shows, in three languages."""

    alt = StringField(_l("Mitä kuvassa on (suomeksi)"), [Required(), Length(max=ALT_LENGTH)])
    alt_sv = StringField(_l("Sama ruotsiksi (vapaaehtoinen)"), [Optional(), Length(max=ALT_LENGTH)])
    alt_en = StringField(_l("Sama englanniksi (vapaaehtoinen)"), [Optional(), Length(max=ALT_LENGTH)])

    @classmethod
    def of(cls, photo: RoomPhoto, *, typed: bool = False) -> "WordsForm":
        """Return a photo's form, with what was typed into it or with what is stored."""
        given: dict[str, Any] = {} if typed else {"formdata": None}
        return cls(prefix=f"photo-{photo.id}-", obj=photo, **given)

    @property
    def words(self) -> Words:
        """The words of a valid form."""
        return Words(self.alt.data or "", self.alt_sv.data or "", self.alt_en.data or "")


class NewPhotoForm(WordsForm):
    """One file with its words."""

    file = FileField(_l("Kuvatiedosto"), [Required(_l("Valitse kuvatiedosto."))])
    is_too_heavy = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing was chosen or written here."""
        return not any(field.data for field in (self.file, self.alt, self.alt_sv, self.alt_en))

    def picture(self) -> Picture | None:
        """Return the file drawn anew; None, with the sentence at the field, for one that is not taken."""
        try:
            return picture_of(self.file.data.stream.read(MOST_BYTES + 1))
        except PictureRefused as error:
            self.file.errors = [*self.file.errors, sentence(error.code)]
            self.is_too_heavy = error.code == TOO_HEAVY
            return None

    def refuse(self, error: RuleViolation) -> None:
        """Put a refusal's sentences beside the fields."""
        for broken in error.violations:
            self.add_error(broken.field, sentence_for(broken))

    def ask_for_the_file_again(self) -> None:
        """A browser does not send a file back to where it came from: say so where one was chosen."""
        if self.file.data and not self.file.errors:
            self.file.errors = [_("Valitse kuvatiedosto uudelleen.")]


class NewPhotos:
    """The sheet of new photos. `form_errors` and the fields are what the summary of errors looks for."""

    form_errors: tuple[str, ...] = ()

    def __init__(self, *, typed: bool = False) -> None:
        given: dict[str, Any] = {} if typed else {"formdata": None}
        self.rows = [NewPhotoForm(prefix=f"new-{number}-", **given) for number in range(1, ROWS + 1)]

    def __iter__(self) -> Iterator[Field]:
        """Go through the fields of all rows."""
        return chain.from_iterable(self.rows)

    @property
    def filled(self) -> list[NewPhotoForm]:
        """The rows with something in them; the first when nobody filled in any."""
        return [row for row in self.rows if not row.is_blank] or self.rows[:1]

    @property
    def errors(self) -> bool:
        """Whether something has to be mended."""
        return any(row.errors for row in self.rows)

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows this sheet."""
        if any(row.is_too_heavy for row in self.rows):
            return 413
        return 422 if self.errors else 200

    def empty(self, done: NewPhotoForm) -> None:
        """Put an empty row in place of one that was taken."""
        prefix = f"new-{self.rows.index(done) + 1}-"
        self.rows = [NewPhotoForm(prefix=prefix, formdata=None) if row is done else row for row in self.rows]
