"""What roles, rights and scopes are called, each with one sentence. A test fails for one without words."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from booking.access.permissions import Permission
from booking.access.roles import Right, Role
from booking.access.scopes import TokenScope

ROLES: Final[dict[Role, Any]] = {
    Role.MEMBER: _l("jäsen"),
    Role.BOOKER: _l("varaaja"),
    Role.MANAGER: _l("hallinto"),
    Role.APPROVER: _l("hyväksyjä"),
    Role.STAFF: _l("asiakaspalvelu"),
    Role.DEPUTY: _l("sijainen"),
    Role.STAND_IN: _l("ylläpitäjä hallinnon puolesta"),
    Role.STAND_IN_DECIDER: _l("ylläpitäjä, joka myös päättää"),
}
ROLE_NOTES: Final[dict[Role, Any]] = {
    Role.MEMBER: _l("Kuuluu yhdistykseen ja seuraa sen varauksia."),
    Role.BOOKER: _l("Varaa tiloja yhdistyksen nimissä."),
    Role.MANAGER: _l("Vastaa yhdistyksestä: kutsuu jäsenet, antaa roolit ja pitää tiedot ajan tasalla."),
    Role.APPROVER: _l("Päättää varauspyynnöistä omistajan omiin tiloihin, ei kenenkään muun tiloihin."),
    Role.STAFF: _l("Varaa tiloja niille, jotka soittavat tai tulevat paikalle."),
    Role.DEPUTY: _l("Päättää pyynnöistä hyväksyjän puolesta sovittuina päivinä."),
    Role.STAND_IN: _l(
        "Ylläpitäjä, joka toimii organisaation puolesta enintään kaksi tuntia."
        " Siitä kerrotaan heti syineen organisaation hallinnolle."
    ),
    Role.STAND_IN_DECIDER: _l("Sama, kun ylläpitäjä on kertonut myös päättävänsä pyynnöistä."),
}
RIGHTS: Final[dict[Right, tuple[Any, Any]]] = {
    Right.SEE: (
        _l("Nähdä varaukset"),
        _l("Näkee organisaation varaukset tietoineen, myös yksityiset."),
    ),
    Right.BOOK: (
        _l("Varata"),
        _l("Pyytää tiloja organisaation nimissä ja peruu sen pyyntöjä ja varauksia."),
    ),
    Right.MANAGE: (
        _l("Hoitaa jäsenet"),
        _l("Kutsuu ja poistaa jäseniä ja saa viestit, kun varaaja on lähtenyt."),
    ),
    Right.KEEP_ROOMS: (
        _l("Hoitaa tilat"),
        _l("Lisää ja muuttaa organisaation tiloja: tiedot, aukioloajat, säännöt, hinnat ja sulut."),
    ),
    Right.DECIDE: (
        _l("Päättää pyynnöistä"),
        _l("Vahvistaa, hylkää ja peruu varauksia organisaation omissa tiloissa."),
    ),
    Right.VERIFY: (
        _l("Vahvistaa yhdistyksiä"),
        _l("Vahvistaa kaupungin tai tilojen omistajan puolesta, että uusi yhdistys on oikea. Ei omaansa."),
    ),
    Right.BOOK_ON_BEHALF: (
        _l("Varata toisen puolesta"),
        _l("Varaa organisaation tiloja sille, joka soittaa tai tulee paikalle."),
    ),
}
WITHOUT_ROLE: Final[tuple[tuple[Permission, Any, Any], ...]] = (
    (
        Permission.ANYONE,
        _l("Kuka tahansa"),
        _l("Etsii tiloja ja katsoo kalentereita. Yksityisestä varauksesta näkyy vain ”varattu”."),
    ),
    (
        Permission.SIGNED_IN,
        _l("Kirjautunut"),
        _l("Pyytää tilaa omiin nimiinsä, jos tila sen sallii, ja hoitaa omat varauksensa ja tietonsa."),
    ),
    (
        Permission.ADMINISTRATOR,
        _l("Ylläpitäjä"),
        _l(
            "Pitää palvelua yllä, mutta ei sen nojalla hallitse yhdistyksiä eikä päätä kenenkään tiloista."
            " Jos hän toimii organisaation puolesta, se kerrotaan sen hallinnolle ja jää muistiin."
        ),
    ),
)
SCOPES: Final[dict[TokenScope, tuple[Any, Any]]] = {
    TokenScope.READ: (_l("Lukea"), _l("Ohjelma näkee sen, minkä itse näet: varaukset ja kalenterit.")),
    TokenScope.BOOK: (_l("Varata"), _l("Ohjelma pyytää tiloja sekä peruu pyyntöjä ja varauksia puolestasi.")),
    TokenScope.DECIDE: (
        _l("Päättää"),
        _l("Ohjelma vahvistaa, hylkää ja peruu pyyntöjä niissä tiloissa, joista sinä päätät."),
    ),
}
