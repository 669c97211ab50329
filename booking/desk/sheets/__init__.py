"""Rooms and reservations out as sheets and in from them; weeks and seasons as PDF."""
