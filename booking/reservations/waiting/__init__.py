"""The waiting list: who wants a taken slot gets it offered when it frees up, the first first."""
