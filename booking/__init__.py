"""The shared facility booking service of Imatra."""
