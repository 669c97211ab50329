"""Venues and rooms as their owner keeps them: facts, photos, prices, terms, parts, publication."""
