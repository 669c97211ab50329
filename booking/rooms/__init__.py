"""Venues, rooms and the spaces they are made of; opening hours, facts and booking rules."""
