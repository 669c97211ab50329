"""What every page shares: forms, filters, sentences, error pages, headers, static files, figures."""

from collections.abc import Callable

from flask import Flask

from booking.i18n import language
from booking.web import addresses, arrivals, compression, errors, filters, headers, logs, metrics, navigation
from booking.web.kept import kept
from booking.web.river import draw_river
from booking.web.states import state_chip, state_icon, state_word
from booking.web.static_files import serve_static_files


def init_app(app: Flask, *, may_open: Callable[[str], bool]) -> None:
    """Give an application what every page shares.

    `may_open` says of an endpoint whether its door is open to who asks: menus show nothing else.
    """
    arrivals.init_app(app)
    metrics.init_app(app)
    logs.init_app(app)
    filters.init_app(app)
    addresses.init_app(app)
    navigation.init_app(app, may_open)
    app.jinja_env.globals.update(
        draw_river=draw_river,
        kept=kept,
        state_chip=state_chip,
        state_icon=state_icon,
        state_word=state_word,
        room_address=addresses.room_address,
        outside_url=addresses.outside_url,
        webcal=addresses.webcal,
        language_code=language,
    )
    errors.init_app(app)
    headers.init_app(app)
    serve_static_files(app)
    compression.init_app(app)
    arrivals.trust_proxies(app)
