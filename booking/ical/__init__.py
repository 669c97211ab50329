"""Calendar feeds as bytes: one event, one calendar. Pure: no web, no database, no clock."""
