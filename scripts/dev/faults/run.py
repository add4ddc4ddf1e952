"""Runs all kinds of faults, as many side by side as there are processors; called by scripts/dev/fault
with the program, a folder, how much, a seed."""

import contextlib
import io
import os
import random
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import disks
import kills
import limits
import mutations
import points
import workers
from common import Bench

program, work, form, seed = sys.argv[1:5]
is_full = form == "full"
FILES = {mutations.model_files: (4000, 500), mutations.adapter_files: (1600, 250),
         mutations.checkpoints: (800, 150), mutations.data_files: (2000, 400),
         mutations.tokenizers: (1200, 200)}
SCRIPTS = (800, 60)


def much(of_full, of_short):
    return of_full if is_full else of_short


def stages():
    """Name, function, and what it takes besides the bench; the longest first, so that none is left
    alone at the end."""
    yield "calls of a save", kills.storage_calls, much(None, 6)
    yield "saves", points.saves, much(None, 17)
    yield "kills", kills.kills, much(500, 50)
    yield "chains of kills", kills.chains, much(100, 4)
    yield "power cuts", disks.power_cuts, much(4000, 40)
    yield "power cuts of saves", disks.power_cuts_of_saves, much(1000, 15)
    yield "record of runs", kills.record, much(40, 3)
    yield "workers", workers.kills, much(100, 3)
    for kind, counts in FILES.items():
        yield f"{much(*counts)} {kind.__name__}", mutations.feed, kind, much(*counts)
    yield f"{much(*SCRIPTS)} scripts", mutations.scripts, much(*SCRIPTS)
    yield "trainings", points.trainings, much(range(1, 40), [3, 8, 14, 20])
    yield "signals", kills.signals
    yield "read-only folders", kills.read_only
    yield "memory", limits.memory, much(100, 12)
    yield "sizes", limits.sizes
    yield "descriptors", limits.descriptors
    yield "folders apart", disks.apart
    yield "room on the disk", disks.room


def run(number, name, body, *arguments):
    """What a stage said, its faults and its runs of the program, in a folder of its own."""
    before = time.monotonic()
    folder = os.path.join(work, str(number))
    os.mkdir(folder)
    bench = Bench(program, folder, os.path.join(work, "points.so"), random.Random(f"{seed} {name}"))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            bench.make_fixtures()
            body(bench, *arguments)
        except SystemExit as end:
            bench.faults.append(str(end))
        print(f"{name}: {time.monotonic() - before:.0f} s, {len(bench.faults)} faults")
        for fault in bench.faults:
            print(f"  {fault}")
    return said.getvalue(), len(bench.faults), bench.runs


def main():
    started = time.monotonic()
    faults, runs = 0, 0
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        results = [pool.submit(run, number, *stage) for number, stage in enumerate(stages())]
        for result in results:
            said, found, count = result.result()
            print(said, end="", flush=True)
            faults, runs = faults + found, runs + count
    total = sum(much(*counts) for counts in [*FILES.values(), SCRIPTS])
    print(f"{total} files, {runs} runs, {time.monotonic() - started:.0f} s: {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
