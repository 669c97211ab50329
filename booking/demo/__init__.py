"""The demonstration: Imatra's real places, invented associations, and a month of their life."""
