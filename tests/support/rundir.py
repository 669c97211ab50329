"""The folder of one test run, shared by its worker processes and gone when the run is over."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

_ENOUGH_MEMORY = 2 * 1024**3  # bytes free in /dev/shm before databases are put there


def make_run_dir() -> Path:
    """Return a new folder, in memory where there is room; others may pass through it but not list it.

    PostgreSQL refuses to run as root, so its process belongs to another user and must reach its own folder.
    """
    memory = Path("/dev/shm")
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ENOUGH_MEMORY
    path = Path(tempfile.mkdtemp(prefix="booking-tests-", dir=memory if roomy else None))
    path.chmod(0o711)
    return path


def once(path: Path, make: Callable[[Path], None]) -> Path:
    """Have exactly one process of the run call `make(path)`; the others wait for it. Return `path`.

    What `make` leaves is taken as whole only when it returned; one that failed is tried again by the next.
    """
    done = path.with_name(f"{path.name}.done")
    if not done.exists():
        with path.with_name(f"{path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                make(path)
                done.touch()
    return path
