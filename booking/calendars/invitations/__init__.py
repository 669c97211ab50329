"""Invitations by mail: what a reader's calendar has to hear joins the mail that tells it in words."""
