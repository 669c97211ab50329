"""Who has looked at whose contact details."""
