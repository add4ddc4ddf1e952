"""Trainings that are killed, told that the disk failed, or asked to end, and go on: all end with the
bits of one that was never broken off."""

import errno
import json
import os
import shutil
import signal
import subprocess
import time

from common import tree

# Dev is measured after each step, and gets better with each: a state is written each time.
LINES = """load model "model"
load data "rows.jsonl" split 8/4
set batch 2, evaluate 1, checkpoints {kept}
train {steps} steps checkpoint "place/run"
save adapter "place/a"
"""


class Training:
    """A script with a training that writes its state after each step, and how it ends unbroken."""

    def __init__(self, bench, steps, kept=2):
        self.bench = bench
        self.place = os.path.join(bench.home, "place")
        self.script = LINES.format(steps=steps, kept=kept)
        self.clear()
        before = time.monotonic()
        bench.must(self.script)
        self.seconds = time.monotonic() - before
        self.whole = self.result()

    def clear(self):
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.rmtree(os.path.join(self.bench.home, ".tunebook"), ignore_errors=True)

    def run(self, **variables):
        return self.bench.script(self.script, **variables)

    def result(self):
        """What the end depends on: the adapter, and of the last state the weights, the optimizer's
        tensors and the losses, but not the seconds that it took."""
        adapter = tree(os.path.join(self.place, "a"))["adapter_model.safetensors"]
        states = [name for name in os.listdir(os.path.join(self.place, "run"))
                  if name.endswith(".safetensors")]
        last = max(states, key=lambda name: int(name[5:-12]))
        with open(os.path.join(self.place, "run", last), "rb") as file:
            length = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(length))
            data = file.read()
        tensors = {}
        for name, entry in header.items():
            if name not in ("__metadata__", "watch/seconds"):
                start, end = entry["data_offsets"]
                tensors[name] = data[start:end]
        return adapter, last, tensors

    def finish(self, what):
        """Runs the script once more, which must end as the unbroken one."""
        code, _, messages = self.run()
        if code != 0:
            return self.bench.fault(f"{what}, run again", code, messages)
        self.bench.expect(self.result() == self.whole, f"{what}: other bits")
        return self.check_folder(what)

    def check_folder(self, what):
        """Nothing unfinished is left, and every state has its list."""
        left = sorted(os.listdir(os.path.join(self.place, "run")))
        steps = {name.split(".")[0] for name in left if name != "lock"}
        wanted = ["lock"] + [step + end for step in steps for end in (".json", ".safetensors")]
        self.bench.expect(left == sorted(wanted), f"{what}: left {left}")

    def check_record(self, what, steps):
        """The record of runs has every step once, and says how it ended."""
        lines = self.bench.script('let r = runs; let last = r.runs[r.count - 1]; '
                                  'print "\\(last.steps) \\(last.state)"')[1].decode().split("\n")
        self.bench.expect(f"{steps} finished" in lines, f"{what}: the record says {lines[-3:]}")


def kills(bench, count):
    """kill -9 at random moments, several of them in one training where they fall so (R01, R17)."""
    training = Training(bench, steps=12)
    done = 0
    while done < count:
        training.clear()
        for _ in range(8):
            delay = bench.random.uniform(0, training.seconds)
            child = subprocess.Popen(
                [bench.program, "-c", training.script], cwd=bench.home, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            bench.runs += 1
            try:
                child.wait(delay)
                break
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
                done += 1
            if done >= count:
                break
        training.finish(f"killed at {delay:.3f} s")
        training.check_record(f"killed at {delay:.3f} s", 12)
    print(f"{done} kills at random moments", flush=True)


def chains(bench, count):
    """Killed once it has a state, then again and again in the midst of going on (R03)."""
    training = Training(bench, steps=12)
    for _ in range(count):
        training.clear()
        kills = 0
        for turn in range(4):
            # A first state takes about ten calls; going on begins with the lock and with tidying up.
            at = bench.random.randint(*((8, 30) if turn == 0 else (1, 12)))
            code, _, messages = training.run(
                LD_PRELOAD=bench.points, FT_FAULT_PATH="place/run", FT_FAULT_AT=str(at), FT_FAULT="kill")
            kills += code == -9
            if code not in (0, -9):
                bench.fault(f"chain, killed at call {at}", code, messages)
        bench.expect(kills > 2, f"a chain of {kills} kills")
        training.finish(f"killed {kills} times on its way")
        training.check_record(f"killed {kills} times on its way", 12)
    print(f"{count} chains of kills", flush=True)


def storage_calls(bench, most=None):
    """Every call of the second of two saves, which removes the first: killed there (R02), and told of
    each failure (R05, R07), once and from then on; afterwards the training ends with the same bits.
    `most` limits the failures."""
    training = Training(bench, steps=2, kept=1)

    def attempt(at, fault):
        training.clear()
        return training.run(LD_PRELOAD=bench.points, FT_FAULT_PATH="place/run", FT_FAULT_AT=str(at),
                            FT_FAULT=fault)

    low, high = 0, 1024
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if attempt(middle, "kill")[0] == -9 else (low, middle)
    points = range(low // 2 + 1, low + 1)
    for at in points:
        code, _, messages = attempt(at, "kill")
        if code != -9:
            bench.fault(f"killed at call {at}", code, messages)
        training.finish(f"killed at call {at} of the saves")
    failures = 0
    for at in points if most is None else sorted(bench.random.sample(points, most)):
        for number in (errno.ENOSPC, errno.EIO, errno.EDQUOT if most is None else errno.ENOSPC):
            for form in ("", "+"):
                failures += 1
                what = f"{errno.errorcode[number]}{form} at call {at}"
                code, _, messages = attempt(at, f"{number}{form}")
                # What fails in tidying up, after the new state is there, is none of the save's.
                if code not in (0, 5):
                    bench.fault(what, code, messages)
                if code == 5:
                    bench.expect(b"error[R2" in messages, f"{what}: 5 without a message")
                training.finish(what)
        for fault in ("short", "short+", str(errno.EINTR)):
            failures += 1
            code, _, messages = attempt(at, fault)
            if code != 0:
                bench.fault(f"{fault} at call {at}", code, messages)
            else:
                bench.expect(training.result() == training.whole, f"{fault} at call {at}: other bits")
    print(f"{len(points)} calls of a save killed, {failures} failures", flush=True)


def record(bench, most):
    """What goes wrong with the record of runs never stops a training."""
    training = Training(bench, steps=3)
    for fault in ("kill", f"{errno.ENOSPC}", f"{errno.ENOSPC}+", f"{errno.EIO}+", f"{errno.EROFS}+"):
        for at in sorted({1, 2, 3} | {bench.random.randint(1, 60) for _ in range(most)}):
            training.clear()
            what = f"the record, {fault} at {at}"
            code, _, messages = training.run(
                LD_PRELOAD=bench.points, FT_FAULT_PATH=".tunebook", FT_FAULT_AT=str(at),
                FT_FAULT=fault)
            if fault == "kill" and code == -9:
                training.finish(what)
                training.check_record(what, 3)
            elif code != 0:
                bench.fault(what, code, messages)
            else:
                bench.expect(training.result() == training.whole, f"{what}: other bits")


def signals(bench):
    """SIGTERM and SIGHUP, and a terminal that is closed: the state is written, and the rest follows
    with the same bits (I03)."""
    training = Training(bench, steps=400)
    for number, code in ((signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)):
        training.clear()
        child = subprocess.Popen([bench.program, "-c", training.script], cwd=bench.home,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, preexec_fn=heed_signals)
        bench.runs += 1
        wait_for_state(training, child)
        child.send_signal(number)
        asked = time.monotonic()
        ended = child.wait(60)
        took = time.monotonic() - asked
        bench.expect(ended == code, f"{number.name}: ended with {ended}")
        bench.expect(took < 5, f"{number.name}: took {took:.1f} s")
        training.check_folder(number.name)
        training.finish(number.name)
    training.clear()
    closed_terminal(bench, training)


def heed_signals():
    """What is started under nohup, or in the background, ignores some of them, and so would ft."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)


def closed_terminal(bench, training):
    import pty

    child, terminal = pty.fork()
    if child == 0:
        heed_signals()
        os.chdir(bench.home)
        os.execv(bench.program, [bench.program, "-c", training.script])
    bench.runs += 1
    deadline = time.monotonic() + 30
    os.set_blocking(terminal, False)
    while not states(training) and time.monotonic() < deadline:
        time.sleep(0.005)
        try:
            os.read(terminal, 4096)
        except (BlockingIOError, OSError):
            pass
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    bench.expect(code == 129, f"a closed terminal: ended with {code}")
    training.finish("a closed terminal")


def states(training):
    """The steps after which a state is there."""
    folder = os.path.join(training.place, "run")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return [int(name[5:-5]) for name in names if name.endswith(".json")]


def wait_for_state(training, child):
    while not states(training) and child.poll() is None:
        time.sleep(0.005)


def read_only(bench):
    """A folder that nothing can be written into is told before the first step, and the training that
    keeps nothing there goes on (R09)."""
    training = Training(bench, steps=2)
    for number in (errno.EROFS, errno.EACCES):
        training.clear()
        code, results, messages = training.run(
            LD_PRELOAD=bench.points, FT_FAULT_PATH="place/run", FT_FAULT_AT="1",
            FT_FAULT=f"{number}+")
        if code != 5 or b"trained" in results:
            bench.fault(f"{errno.errorcode[number]} of the folder", code, messages)
        training.finish(f"{errno.errorcode[number]} of the folder")
