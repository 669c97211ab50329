"""The WSGI entry: `gunicorn wsgi:app`, `flask --app wsgi …`."""

import sys

from booking.app import create_app
from config import ConfigurationError

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(f"configuration: {error}")
