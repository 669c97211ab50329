"""Closures and the owner's own use, with what to do about each reservation they hit."""
