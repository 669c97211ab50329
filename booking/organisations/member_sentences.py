"""The sentences of what can be refused about memberships."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.web.sentences import register_sentences

register_sentences(
    {
        "last_manager": lambda organisations: _(
            "Ilman hallintoa jäisi: %(organisations)s. Nimeä ensin toinen hallinto tai arkistoi yhdistys.",
            organisations=organisations,
        ),
        "last_manager_archived": lambda organisations: _(
            "%(organisations)s on arkistoitu, ja olet sen ainoa hallinto. Palauta se ensin käyttöön ja"
            " luovuta hallinto toiselle, tai pysy mukana: muuten kukaan jäsenistä ei saisi sitä takaisin.",
            organisations=organisations,
        ),
        "role_not_given": _l("Tätä roolia ei voi antaa tässä yhdistyksessä. Valitse rooli luettelosta."),
        "stand_in_no_role": _l(
            "Toimit yhdistyksen hallinnon puolesta, joten et voi antaa siinä roolia itsellesi."
        ),
        "unknown_member": _l("Henkilö ei ole enää jäsen. Katso nykyinen jäsenluettelo."),
        "hand_over_to_self": _l("Olet jo hallinto. Valitse joku toinen."),
    }
)
