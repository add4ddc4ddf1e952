"""Disks on which the power went, that are full, and of which each folder is one."""

import os
import re
import shutil

from crash import Disk, read_log
from kills import Training
from points import ADAPTER, MODEL, Save


def power_cuts(bench, count):
    """A training whose disk has, after a power cut, what was flushed and any part of the rest: it goes on
    from the last state that was whole and flushed, or a later one, to the same bits (R10)."""
    training = Training(bench, steps=4)
    disk = logged(bench, training.place, training.clear, training.script)
    for _ in range(count):
        at = bench.random.randint(0, len(disk.calls))
        what = f"power cut after {at} of {len(disk.calls)} calls"
        training.clear()
        disk.restore(disk.crash(at, bench.random))
        sure = sure_step(disk.calls[:at], os.path.join(training.place, "run"))
        code, results, messages = training.run()
        if code != 0:
            bench.fault(what, code, messages)
            continue
        bench.expect(training.result() == training.whole, f"{what}: other bits")
        training.check_folder(what)
        found = re.search(rb"going on from step (\d+)", results + messages)
        step = int(found[1]) if found else 0
        bench.expect(step >= sure, f"{what}: went on from step {step}, {sure} was flushed")
    print(f"{count} power cuts in a training of {len(disk.calls)} calls", flush=True)


def power_cuts_of_saves(bench, count):
    """A save over an older one: after a power cut either is there, and loads (R10)."""
    for commands in (MODEL, ADAPTER):
        save = Save(bench, commands, is_over=True)
        script = f"{save.load}; {save.save}"
        disk = logged(bench, save.place, save.prepare, script)
        for _ in range(count):
            at = bench.random.randint(0, len(disk.calls))
            disk.restore(disk.crash(at, bench.random))
            save.is_whole(f"power cut after {at} of {len(disk.calls)} calls")
    print(f"{2 * count} power cuts in saves", flush=True)


def logged(bench, folder, prepare, script):
    """The disk on which a script runs, with the calls that it makes below `folder`."""
    prepare()
    os.makedirs(folder, exist_ok=True)
    log = os.path.join(bench.work, "calls")
    if os.path.exists(log):
        os.unlink(log)
    before = Disk(folder, [])
    # The program names files by paths from where it runs.
    code, _, messages = bench.script(
        script, LD_PRELOAD=bench.points, FT_FAULT_PATH=os.path.basename(folder), FT_LOG=log)
    if code != 0:
        raise SystemExit(f"fault: {script} failed with {code}: {messages.decode()}")
    before.calls = read_log(log, bench.home)
    return before


def sure_step(calls, folder):
    """The last step whose state, and whose list, have their names and are flushed."""
    named, sure = [], 0
    for call in calls:
        found = re.fullmatch(r"step-(\d+)\.json", os.path.basename(call.other or ""))
        if call.name in ("rename", "link") and found:
            named.append(int(found[1]))
        if call.name == "flush" and call.path == folder and named:
            sure = max(named)
    return sure


def room(bench):
    """A disk with room for fewer states than there are at a time: told before the first step (R06)."""
    training = Training(bench, steps=6)
    folder = os.path.join(training.place, "run")
    size = max(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder))
    for states in range(6):
        training.clear()
        code, results, messages = training.run(
            LD_PRELOAD=bench.points, FT_FAULT_PATH="place/run", FT_ROOM=str(states * (size + 1000)))
        what = f"room for {states} states"
        if states >= 4:
            if code != 0:
                bench.fault(what, code, messages)
            else:
                bench.expect(training.result() == training.whole, f"{what}: other bits")
        elif code != 6 or b"error[R406]" not in messages or b"trained" in results:
            bench.fault(what, code, messages)
    training.finish("a full disk")


def apart(bench):
    """Every folder a file system of its own: what is written is written beside its place (R08)."""
    training = Training(bench, steps=3)
    elsewhere = os.path.join(bench.work, "elsewhere")
    for turn in ("first", "over"):
        code, _, messages = bench.script(
            training.script + 'save model "place/m"\nsave tokens "place/tokens"\n',
            LD_PRELOAD=bench.points, FT_FAULT_PATH="place", FT_APART="1", TMPDIR=elsewhere)
        if code != 0:
            bench.fault(f"folders apart, {turn}", code, messages)
        else:
            bench.expect(training.result() == training.whole, f"folders apart, {turn}: other bits")
    shutil.rmtree(elsewhere, ignore_errors=True)
