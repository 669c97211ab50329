"""Reservations as a sheet: one line a date, out and in."""
