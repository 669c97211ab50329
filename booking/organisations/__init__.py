"""Associations and owners, and who belongs to them."""
