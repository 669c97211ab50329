"""The blueprint that the modules of views share."""

from flask import Blueprint

blueprint = Blueprint("desk_rules", __name__)
