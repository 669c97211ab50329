"""The pure time package, against oracles that count minutes."""
