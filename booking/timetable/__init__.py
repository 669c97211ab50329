"""Pure time: intervals, wall clock, opening hours, holidays and series. No web, no database."""
