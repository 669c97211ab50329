"""Asking other people's servers without being led to where they may not send us."""
