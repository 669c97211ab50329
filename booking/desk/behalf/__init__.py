"""Booking on behalf of people who phone or visit."""
