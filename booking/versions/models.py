"""The counters' table."""

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.extensions import Model


class Version(Model):
    """How many times a thing has changed: `scope` is a `versions.service.Scope`, `scope_id` its id."""

    __tablename__ = "versions"

    scope: Mapped[str] = mapped_column(String(20), primary_key=True)
    scope_id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    value: Mapped[int] = mapped_column(BigInteger, default=0)
