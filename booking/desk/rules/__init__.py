"""Booking rules: the owner's defaults and each room's own, explained and tried on an example."""
