"""The choir's booker has mail bring what is booked into the calendar."""

from dataclasses import replace
from datetime import datetime, timedelta

from booking.accounts.profile import profile_of, save_profile
from booking.demo.timeline import Timeline

BOOKER = "varaaja"
CHOSEN = timedelta(days=11)  # before today: just before the choir asks for what is confirmed and cancelled


def plan_inviting(timeline: Timeline) -> None:
    """Plan that the booker chooses invitations: the mail of the last days then carries them."""

    def choose(moment: datetime) -> None:
        actor = timeline.actor(BOOKER)
        save_profile(replace(profile_of(actor), wants_invitations=True), actor=actor, now=moment)

    timeline.add(timeline.now - CHOSEN, choose)
