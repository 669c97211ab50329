"""`make bench`: how long things take as the number of stored reservations grows, as a table and as JSON.

Every work is done in turn on all sizes within one run, so that a noisy machine slows all alike; what is told
is the median and ratios between medians. Choose with BENCH_SIZES=20000,100000 and BENCH_BACKENDS=sqlite.
"""

import json
import os
import statistics
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.report import Measured, report
from tests.bench.stage import Stage, Work, stage
from tests.bench.works import find_free, works
from tests.support.databases import BACKENDS, Databases
from tests.support.keeper import Keeper
from tests.support.rundir import make_run_dir

SIZES = (20_000, 100_000, 1_000_000)
ROUNDS = 40
SLOW_ROUNDS = 8  # for works of over a fifth of a second
RESULTS = Path("build/bench.json")


def main() -> None:
    """Measure, print the table, write the JSON."""
    sizes = [int(text) for text in os.environ.get("BENCH_SIZES", "").split(",") if text] or list(SIZES)
    backends = [text for text in os.environ.get("BENCH_BACKENDS", "").split(",") if text] or list(BACKENDS)
    folder = make_run_dir()
    keeper = Keeper(folder)
    measured: list[Measured] = []
    try:
        for backend in backends:
            measured += _measure_backend(Databases(folder, "bench"), backend, sizes, folder)
    finally:
        keeper.close()
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps([each.as_dict() for each in measured], indent=1) + "\n")
    sys.stdout.write(report(measured) + f"\nThe figures are in {RESULTS}.\n")


def _measure_backend(databases: Databases, backend: str, sizes: list[int], folder: Path) -> list[Measured]:
    now = datetime.now(UTC)
    with ExitStack() as open_stages:
        stages = [
            open_stages.enter_context(stage(databases, backend, size, folder, now.year + 1)) for size in sizes
        ]
        for each in stages:
            find_free(each, now.date(), ROUNDS + 2)
        measured = []
        for name, work in works(now.date()).items():
            sys.stderr.write(f"{backend}: {name}\n")
            measured += [
                Measured(backend, name, int(place.name), statistics.median(times))
                for place, times in _times(work, stages).items()
            ]
    return measured


def _times(work: Work, stages: list[Stage]) -> dict[Stage, list[float]]:
    """Do the work in turn on all stages; the first two times warm up and are not counted."""
    times: dict[Stage, list[float]] = {each: [] for each in stages}
    rounds = ROUNDS
    n = 0
    while n < rounds + 2:
        for place in stages:
            started = time.perf_counter()
            work(place, n)
            times[place].append(time.perf_counter() - started)
        if n == 1 and max(each[-1] for each in times.values()) > 0.2:
            rounds = SLOW_ROUNDS
        n += 1
    return {place: taken[2:] for place, taken in times.items()}


if __name__ == "__main__":
    main()
