"""What `doctor` says of one thing it has looked at."""

from dataclasses import dataclass
from ipaddress import ip_address


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at and what was found. `fault`: the installation must not run like this."""

    subject: str
    text: str
    fault: bool = False
    note: bool = False


def is_public(base_url: str) -> bool:
    """Say whether an address is one that others can reach: anything but this machine's own."""
    host = base_url.partition("://")[2].rpartition("@")[2].partition("/")[0]
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if name == "localhost" or name.endswith(".localhost"):
        return False
    try:
        return not ip_address(name).is_loopback
    except ValueError:
        return True
