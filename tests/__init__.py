"""Everything that shows the service does what it says."""
