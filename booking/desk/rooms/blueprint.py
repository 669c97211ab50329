"""The blueprint that the modules of views share."""

from flask import Blueprint

blueprint = Blueprint("desk_rooms", __name__)
