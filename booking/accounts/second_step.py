"""The second step of signing in: for whom there is one, and where it is taken."""

from booking.accounts.models import User


def step_of(user: User) -> str | None:
    """Return the endpoint at which this person takes the second step, None for one who needs none."""
    return "second_step.code" if user.second_factor_at is not None else None
