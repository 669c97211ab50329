"""How many dates of a series get another title or number of people, and which keep their own, in words."""

from __future__ import annotations

from flask_babel import ngettext

from booking.i18n import gettext as _
from booking.reservations.editing.survey import EditPreview, is_series


def retold(found: EditPreview) -> list[str]:
    """Return a sentence for each of what changes and what stays; none of a single use."""
    reservation, edit = found.reservation, found.edit
    if not is_series(reservation):
        return []
    told = {item.date.id for item in found.plan.items if item.date and item.date.is_open}
    meant = [each for each in reservation.occurrences if each.id in told]
    words: list[str] = []
    if edit.anew:
        words.append(
            _(
                "Kaikki päivät eivät voi siirtyä, koska ne osuisivat sarjan omiin aikoihin. "
                "Osa päättyy ja osa on uusia."
            )
        )
    if edit.title is not None and edit.title.strip():
        renamed = sum(found.title_of(each) != each.title for each in meant)
        own = sum(found.title_of(each) != edit.title.strip() for each in meant)
        words += [
            ngettext("Nimi muuttuu %(num)s päivältä.", "Nimi muuttuu %(num)s päivältä.", renamed),
            ngettext("%(num)s päivä pitää oman nimensä.", "%(num)s päivää pitää oman nimensä.", own)
            if own
            else "",
        ]
    if edit.people is not None:
        changed = sum(found.people_of(each) != each.people for each in meant)
        own = sum(found.people_of(each) != edit.people for each in meant)
        words += [
            ngettext(
                "Henkilömäärä muuttuu %(num)s päivältä.", "Henkilömäärä muuttuu %(num)s päivältä.", changed
            ),
            ngettext(
                "%(num)s päivä pitää oman henkilömääränsä.", "%(num)s päivää pitää oman henkilömääränsä.", own
            )
            if own
            else "",
        ]
    return [str(each) for each in words if each]
