"""Opening hours as their owner keeps them, with what a change would hit."""
