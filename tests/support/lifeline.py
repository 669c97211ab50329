"""Run a command that ends with us: `python -m tests.support.lifeline [--patience SECONDS] COMMAND…`.

The command runs in a session of its own. When our standard input closes, because the test is done with it or
because the test run was killed, it gets SIGTERM, and what is left of its session a little later SIGKILL.
"""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

_PATIENCE_SECONDS = 15


def main(command: list[str], patience: float = _PATIENCE_SECONDS) -> int:
    """Return the command's exit code, or 70 if something of its session had to be killed."""
    inherited = [int(number) for number in os.environ.get("LIFELINE_FDS", "").split()]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True, pass_fds=inherited)
    for descriptor in inherited:
        os.close(descriptor)
    watched = os.pidfd_open(process.pid)
    select.select([sys.stdin, watched], [], [])
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        sys.stderr.write(f"{command} did not end on SIGTERM\n")
    left = processes_of_session(process.pid)
    for number in left:
        os.kill(number, signal.SIGKILL)
    code = process.wait(_PATIENCE_SECONDS)
    return 70 if left else code


def processes_of_session(session: int) -> list[int]:
    """Return the ids of the living processes of a session."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            state, _, _, belongs_to = entry.joinpath("stat").read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        if int(belongs_to) == session and state not in "ZX":
            found.append(int(entry.name))
    return found


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the test run; it closes our input
    if sys.argv[1] == "--patience":
        sys.exit(main(sys.argv[3:], float(sys.argv[2])))
    sys.exit(main(sys.argv[1:]))
