"""Calendars from outside: owners keep some rooms elsewhere, and what is busy there blocks them here."""
