"""What the service knows of a person: told, exported, erased, and thrown away in time."""
