"""Reservations that an owner's staff makes for people who phone or visit: for whom, and whom to call."""
