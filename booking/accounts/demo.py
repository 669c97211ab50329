"""The sign-ins of the demonstration: roles, never invented people (source: CONTRACT.md, "Demo data")."""

from dataclasses import dataclass
from typing import Any, Final

from flask_babel import lazy_gettext

PASSWORD: Final = "demo-imatra"  # noqa: S105 - everyone may know it


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One sign-in. `role` is a lazy text."""

    email: str
    role: Any


ACCOUNTS: Final = (
    DemoAccount("varaaja@demo.example", lazy_gettext("varaa tiloja kuorolle")),
    DemoAccount("hallinto@demo.example", lazy_gettext("kuoron hallinto")),
    DemoAccount("jasen@demo.example", lazy_gettext("kuoron jäsen")),
    DemoAccount("paattaja@demo.example", lazy_gettext("päättää kaupungin tiloista")),
    DemoAccount("seurakunta@demo.example", lazy_gettext("päättää seurakunnan tiloista")),
    DemoAccount("kylaseura@demo.example", lazy_gettext("kyläseuran hallinto, avaa kylätalon")),
    DemoAccount("palvelu@demo.example", lazy_gettext("kaupungin palvelupiste")),
    DemoAccount("yllapito@demo.example", lazy_gettext("ylläpito")),
)
