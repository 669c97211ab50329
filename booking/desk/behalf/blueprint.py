"""The blueprint that the modules of views share."""

from flask import Blueprint

blueprint = Blueprint("behalf", __name__)
