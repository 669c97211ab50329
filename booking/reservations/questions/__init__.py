"""What an owner asks before it decides, and what the booker's side answers."""
