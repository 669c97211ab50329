"""Where associations find each other: what each does and for whom, what it offers and looks for."""
