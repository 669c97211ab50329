"""What the demonstration has made up stops being an example once the owner has said it themselves."""

from booking.rooms.models import Room


def no_longer_examples(room: Room, *names: str) -> None:
    """Take these facts, named by their columns in the sheet, off the list of made-up ones."""
    left = [each for each in room.example_facts or [] if each not in names]
    if left != list(room.example_facts or []):
        room.example_facts = left  # a new list: a change inside the old one is not seen
