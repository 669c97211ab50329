"""Start the reader on what stands on the standard input, and tell what it took.

A small process of its own, as Linux counts the memory of the one that starts another into what that one used.
It prints how the reader ended, its most memory in kilobytes, and its answer.
"""

import resource
import subprocess
import sys

if __name__ == "__main__":
    done = subprocess.run(sys.argv[1:], stdin=sys.stdin.buffer, capture_output=True, check=False)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    sys.stdout.buffer.write(f"{done.returncode} {most}\n".encode() + done.stdout)
    sys.stderr.buffer.write(done.stderr)
