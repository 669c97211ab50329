"""All pages of this part of the desk; importing them ties them to the blueprint."""

from booking.desk.sheets import paper_views, sentences, sheet_views
from booking.desk.sheets.blueprint import blueprint
from booking.rooms import fault_sentences

__all__ = ["blueprint", "fault_sentences", "paper_views", "sentences", "sheet_views"]
