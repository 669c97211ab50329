"""PURE: reading iCalendar files that others wrote, with the number of the line where each thing stands."""
