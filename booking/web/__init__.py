"""What every page shares: forms, filters, sentences, error pages, headers."""
