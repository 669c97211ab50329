"""What each step on record is called, by the kind of thing. A test fails for one without words."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

from booking.reservations.labels import STEPS as OF_RESERVATIONS

KINDS: Final[dict[str, Any]] = {
    "accounts": _l("tunnusten luettelo"),
    "audit": _l("tapahtumaloki"),
    "closure": _l("sulku"),
    "deputy": _l("sijaisuus"),
    "feedback": _l("palaute"),
    "organisation": _l("organisaatio"),
    "outside_source": _l("ulkopuolinen kalenteri"),
    "reservation": _l("varaus"),
    "room": _l("tila"),
    "stand_in": _l("toimiminen puolesta"),
    "subscription": _l("kalenteriosoite"),
    "token": _l("rajapinnan avain"),
    "user": _l("tunnus"),
    "venue": _l("toimipiste"),
    "waiting": _l("jonotus"),
}
ACTIONS: Final[dict[str, dict[str, Any]]] = {
    "reservation": dict(OF_RESERVATIONS),
    "accounts": {"see_accounts": _l("Tunnusten luettelo katsottiin")},
    "audit": {"export_audit": _l("Tapahtumaloki vietiin tiedostoon")},
    "waiting": {
        "join": _l("Jonoon liityttiin"),
        "leave": _l("Jonosta poistuttiin"),
        "offer": _l("Jonottajalle tarjottiin aikaa"),
        "accept": _l("Tarjottu aika otettiin vastaan"),
        "refuse": _l("Tarjottua aikaa ei otettu"),
        "lapse": _l("Tarjous vanheni, koska siihen ei vastattu"),
        "pass": _l("Jonotettu aika meni ohi"),
        "undo": _l("Jonotus palautettiin, kun päätös kumottiin"),
    },
    "user": {
        "register": _l("Tunnus luotiin"),
        "change_email": _l("Sähköposti vaihdettiin"),
        "undo_email_change": _l("Sähköpostin vaihto peruttiin"),
        "change_password": _l("Salasana vaihdettiin"),
        "remove_password": _l("Salasana poistettiin"),
        "join_identity": _l("Kirjautuminen toisen palvelun kautta liitettiin"),
        "accept_terms": _l("Käyttöehdot hyväksyttiin"),
        "change_profile": _l("Omia tietoja muutettiin"),
        "mail_daily": _l("Viestit valittiin kerran päivässä"),
        "mail_at_once": _l("Viestit valittiin heti"),
        "end_session": _l("Yksi laite kirjattiin ulos"),
        "end_sessions": _l("Kaikki laitteet kirjattiin ulos"),
        "turn_on_second_factor": _l("Kaksivaiheinen kirjautuminen otettiin käyttöön"),
        "turn_off_second_factor": _l("Kaksivaiheinen kirjautuminen poistettiin käytöstä"),
        "reset_second_factor": _l("Kaksivaiheinen kirjautuminen nollattiin"),
        "renew_recovery_codes": _l("Varakoodit uusittiin"),
        "use_recovery_code": _l("Varakoodilla kirjauduttiin"),
        "erase": _l("Henkilön tiedot poistettiin"),
    },
    "token": {"make_token": _l("Avain tehtiin"), "revoke_token": _l("Avain poistettiin käytöstä")},
    "stand_in": {
        "begin_stand_in": _l("Ylläpitäjä alkoi toimia organisaation puolesta"),
        "end_stand_in": _l("Ylläpitäjä lopetti toimimisen organisaation puolesta"),
    },
    "organisation": {
        "found": _l("Organisaatio perustettiin"),
        "ask_verification": _l("Organisaation tarkistusta pyydettiin"),
        "verify": _l("Organisaatio tarkistettiin"),
        "turn_down": _l("Organisaatiota ei vahvistettu"),
        "archive": _l("Organisaatio arkistoitiin"),
        "bring_back": _l("Organisaatio palautettiin arkistosta"),
        "merge": _l("Organisaatiot yhdistettiin"),
        "invite": _l("Jäsen kutsuttiin"),
        "invite_again": _l("Kutsu lähetettiin uudelleen"),
        "invitation_accepted": _l("Kutsu hyväksyttiin"),
        "invitation_declined": _l("Kutsua ei otettu vastaan"),
        "invitation_withdrawn": _l("Kutsu peruttiin"),
        "ask_to_join": _l("Organisaatioon pyydettiin mukaan"),
        "join_request_accepted": _l("Liittymispyyntö hyväksyttiin"),
        "join_request_declined": _l("Liittymispyyntö hylättiin"),
        "join_request_withdrawn": _l("Liittymispyyntö peruttiin"),
        "give_role": _l("Rooli annettiin"),
        "change_roles": _l("Rooleja muutettiin"),
        "join": _l("Organisaatioon liityttiin"),
        "leave": _l("Organisaatiosta lähdettiin"),
        "remove_member": _l("Jäsen poistettiin"),
        "hand_over": _l("Hallinto luovutettiin toiselle"),
        "end_membership": _l("Jäsenyys päättyi"),
        "ask_for_factor": _l("Hyväksyjiltä alettiin vaatia kaksivaiheista kirjautumista"),
        "stop_asking_factor": _l("Hyväksyjiltä ei enää vaadita kaksivaiheista kirjautumista"),
        "write_profile": _l("Esittelyä muutettiin"),
        "check_profile": _l("Esittely tarkistettiin"),
        "write_exchange": _l("Tarjottava tai etsittävä kirjoitettiin"),
        "remove_exchange": _l("Tarjottava tai etsittävä poistettiin"),
        "renew_exchange": _l("Tarjottava tai etsittävä uusittiin"),
        "review_no_shows": _l("Käyttämättä jääneet ajat käytiin läpi"),
        "publish_criteria": _l("Jakoperusteet julkaistiin"),
        "withdraw_criteria": _l("Jakoperusteet poistettiin"),
        "write_reason": _l("Valmis perustelu kirjoitettiin"),
        "remove_reason": _l("Valmis perustelu poistettiin"),
        "add_starter_reasons": _l("Valmiit perustelut otettiin käyttöön"),
        "edit_default_rules": _l("Omistajan yhteisiä sääntöjä muutettiin"),
    },
    "feedback": {"send": _l("Palaute lähetettiin"), "answer": _l("Palautteeseen vastattiin")},
    "deputy": {"name_deputy": _l("Sijainen nimettiin"), "end_deputy": _l("Sijaisuus lopetettiin")},
    "room": {
        "open": _l("Tila lisättiin"),
        "remove": _l("Tila poistettiin"),
        "published": _l("Tila julkaistiin"),
        "draft": _l("Tila palautettiin luonnokseksi"),
        "retired": _l("Tila poistettiin käytöstä"),
        "keep_facts": _l("Tilan tietoja muutettiin"),
        "keep_terms": _l("Tilan ehtoja muutettiin"),
        "keep_key": _l("Tilan avaintietoja muutettiin"),
        "price_room": _l("Tilan hintoja muutettiin"),
        "edit_hours": _l("Tilan aukioloaikoja muutettiin"),
        "edit_rules": _l("Tilan sääntöjä muutettiin"),
        "add_photo": _l("Kuva lisättiin"),
        "describe_photo": _l("Kuvan kuvausta muutettiin"),
        "move_photo": _l("Kuva siirrettiin"),
        "remove_photo": _l("Kuva poistettiin"),
        "divide": _l("Tila jaettiin osiin"),
        "add_part": _l("Tilaan lisättiin osa"),
        "import": _l("Tila tuotiin taulukosta"),
    },
    "venue": {"keep_venue": _l("Toimipisteen tietoja muutettiin")},
    "closure": {
        "close": _l("Sulku tehtiin"),
        "change": _l("Sulkua muutettiin"),
        "drop_date": _l("Sulusta poistettiin päivä"),
        "end": _l("Sulku lopetettiin"),
        "choose_keep": _l("Sulun alle jääviä varauksia pidettiin voimassa"),
        "choose_cancel": _l("Sulun alle jääviä varauksia peruttiin"),
        "choose_offer": _l("Sulun alle jääville varauksille ehdotettiin muuta"),
    },
    "subscription": {
        "calendar_created": _l("Kalenteriosoite tehtiin"),
        "calendar_renewed": _l("Kalenteriosoite vaihdettiin"),
        "calendar_revoked": _l("Kalenteriosoite poistettiin käytöstä"),
    },
    "outside_source": {
        "add": _l("Ulkopuolinen kalenteri lisättiin"),
        "change": _l("Ulkopuolista kalenteria muutettiin"),
        "pause": _l("Ulkopuolisen kalenterin haku keskeytettiin"),
        "resume": _l("Ulkopuolisen kalenterin haku jatkui"),
        "remove": _l("Ulkopuolinen kalenteri poistettiin"),
        "accept_empty": _l("Tyhjä ulkopuolinen kalenteri hyväksyttiin"),
        "follow": _l("Ulkopuolisen kalenterin muutokset otettiin"),
    },
}
_SHADES: Final = frozenset({"request_at_once", "cancel_short", "give_back_late"})
"""Words of a reservation's history for a step with certain details: no actions of their own."""


def action_words(kind: str, action: str) -> str:
    """Return what a step is called; its code for one that nobody has given words."""
    return str(ACTIONS.get(kind, {}).get(action, action))


def all_actions() -> list[tuple[str, str]]:
    """Return (code, words) of all actions, by words; the code names the kind of thing too (`step_of`)."""
    named = [
        (f"{kind}.{action}", str(words))
        for kind, actions in ACTIONS.items()
        for action, words in actions.items()
        if not (kind == "reservation" and action in _SHADES)
    ]
    return sorted(named, key=lambda each: each[1].casefold())


def step_of(code: str) -> tuple[str, str]:
    """Return (kind, action) of a code of `all_actions`; two empty texts for the empty one."""
    kind, _dot, action = code.partition(".")
    return kind, action
