"""The owner's desk: rooms, hours, rules, closures, approvals, bookings on behalf, the day board, sheets."""
