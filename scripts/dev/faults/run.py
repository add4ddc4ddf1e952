"""Runs all kinds of faults; called by scripts/dev/fault with the program, a folder, how much, a seed."""

import random
import sys
import time

import disks
import kills
import limits
import mutations
import points
import workers
from common import Bench

program, work, form, seed = sys.argv[1:5]
bench = Bench(program, work)
chance = random.Random(int(seed))
is_full = form == "full"
started = time.monotonic()


def stage(name, body, *arguments):
    before = time.monotonic()
    found = len(bench.faults)
    body(bench, *arguments)
    print(f"{name}: {time.monotonic() - before:.0f} s, {len(bench.faults) - found} faults", flush=True)
    for fault in bench.faults[found:]:
        print(f"  {fault}", flush=True)


bench.make_fixtures()
FILES = {mutations.model_files: (4000, 500), mutations.adapter_files: (1600, 250),
         mutations.checkpoints: (800, 150), mutations.data_files: (2000, 400),
         mutations.tokenizers: (1200, 200)}
total = 0
for kind, counts in FILES.items():
    count = counts[0 if is_full else 1]
    total += count
    stage(f"{count} {kind.__name__}", mutations.feed, kind, count, chance)
count = 800 if is_full else 60
total += count
stage(f"{count} scripts", mutations.scripts, count, chance)
stage("saves", points.saves, chance, None if is_full else 17)
stage("trainings", points.trainings, range(1, 40) if is_full else [3, 8, 14, 20])
stage("kills", kills.kills, chance, 500 if is_full else 50)
stage("chains of kills", kills.chains, chance, 100 if is_full else 4)
stage("power cuts", disks.power_cuts, chance, 4000 if is_full else 40)
stage("power cuts of saves", disks.power_cuts_of_saves, chance, 1000 if is_full else 15)
stage("room on the disk", disks.room)
stage("folders apart", disks.apart)
stage("calls of a save", kills.storage_calls, chance, None if is_full else 6)
stage("record of runs", kills.record, chance, 40 if is_full else 3)
stage("signals", kills.signals)
stage("workers", workers.kills, chance, 100 if is_full else 3)
stage("read-only folders", kills.read_only)
stage("memory", limits.memory, 100 if is_full else 12)
stage("sizes", limits.sizes)
stage("descriptors", limits.descriptors)
print(f"{total} files, {bench.runs} runs, {time.monotonic() - started:.0f} s: "
      f"{len(bench.faults)} faults")
sys.exit(1 if bench.faults else 0)
