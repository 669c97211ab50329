"""Editing: one date, this and following, or all of a reservation, shown before it is saved."""
