"""The blueprint of the desk's first page."""

from flask import Blueprint

blueprint = Blueprint("desk", __name__)
