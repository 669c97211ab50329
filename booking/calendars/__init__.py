"""Feeds to subscribe to, public and secret."""
