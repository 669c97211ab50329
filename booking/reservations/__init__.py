"""Asking for a room, deciding, withdrawing and cancelling; the pages of rooms, days and reservations."""
