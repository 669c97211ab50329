"""The second step of signing in: for whom there is one, and where it is taken."""

from booking.accounts.models import User


def step_of(user: User) -> str | None:
    """Return the endpoint at which this person takes the second step, None for one who needs none."""
    return None
