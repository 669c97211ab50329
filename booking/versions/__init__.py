"""Counters that rise with every change a reader of a feed or of the room catalogue could see."""
