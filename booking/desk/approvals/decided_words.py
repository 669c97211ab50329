"""What a decision did, in the words of the message that follows it."""

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.desk.approvals.choosing import Choice
from booking.reservations.decisions import Decided, is_to_decide


def in_words(decided: Decided, *, confirmed: bool, choice: Choice) -> str:
    """Return what was decided and what still waits, what it did to others, and what it did not reach."""
    parts = [
        _of_dates(decided, confirmed=confirmed),
        _of_moves(decided.moves, confirmed=confirmed),
        _of_others(decided.lost),
        _of_missed(choice.shown - decided.dates - decided.moves),
    ]
    return " ".join(each for each in parts if each)


def _of_dates(decided: Decided, *, confirmed: bool) -> str:
    dates = decided.reservation.occurrences
    if decided.dates == len(dates):
        return str(_("Pyyntö on vahvistettu.") if confirmed else _("Pyyntö on hylätty."))
    waiting = sum(map(is_to_decide, dates))
    parts = []
    if decided.dates and confirmed:
        parts.append(ngettext("%(num)s aika vahvistettu", "%(num)s aikaa vahvistettu", decided.dates))
    elif decided.dates:
        parts.append(ngettext("%(num)s aika hylätty", "%(num)s aikaa hylätty", decided.dates))
    if parts and waiting:
        parts.append(ngettext("%(num)s odottaa", "%(num)s odottaa", waiting))
    return f"{', '.join(parts)}." if parts else ""


def _of_moves(number: int, *, confirmed: bool) -> str:
    if not number:
        return ""
    if confirmed:
        return str(ngettext("Siirto on vahvistettu.", "%(num)s siirtoa on vahvistettu.", number))
    return str(
        ngettext(
            "Siirtoa ei hyväksytty; entinen aika on voimassa.",
            "%(num)s siirtoa ei hyväksytty; entiset ajat ovat voimassa.",
            number,
        )
    )


def _of_others(number: int) -> str:
    if not number:
        return ""
    return str(
        ngettext(
            "Samalla hylättiin yhden kilpailevan pyynnön ajat, jotka eivät enää mahdu.",
            "Samalla hylättiin %(num)s kilpailevan pyynnön ajat, jotka eivät enää mahdu.",
            number,
        )
    )


def _of_missed(number: int) -> str:
    """Say how many fewer dates there were than the page had shown, if "all" or "free" was chosen."""
    if number <= 0:
        return ""
    return str(
        ngettext(
            "Sivulla näkyi %(num)s aika enemmän: siitä on jo päätetty tai se ei ole enää vapaa.",
            "Sivulla näkyi %(num)s aikaa enemmän: niistä on jo päätetty tai ne eivät ole enää vapaita.",
            number,
        )
    )
