"""The blueprint that the modules of views share."""

from flask import Blueprint

blueprint = Blueprint("closures", __name__)
