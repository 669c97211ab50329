"""The day board, moving a reservation by form, the door's display and sign."""
