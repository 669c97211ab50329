"""Screens for those who run the installation, and what machines ask of its health."""
