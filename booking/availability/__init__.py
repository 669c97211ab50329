"""Which rooms are free when: open time minus taken time, alternatives, the search page."""
