"""Saves that are killed, or told that the disk failed, at each call that changes files."""

import errno
import os
import shutil

from common import PREPARE, tree

MODEL = ('load model "model"', 'save model "place/out/it"', 'load model "place/out/it"')
ADAPTER = ('load model "model"; load adapter "adapter"', 'save adapter "place/out/it"',
           'load model "model"; load adapter "place/out/it"')


class Save:
    """A save of one kind, over an older state or a first one."""

    def __init__(self, bench, commands, is_over, **variables):
        self.bench, self.is_over, self.variables = bench, is_over, variables
        self.load, self.save, self.read = commands
        self.name = (f"{'over' if is_over else 'first'} `{self.save}`"
                     + (" without exchange" if variables else ""))
        self.place = os.path.join(bench.home, "place")
        self.path = os.path.join(self.place, "out", "it")
        self.prepare()
        if is_over:
            self.old = tree(self.path)
        code, _, messages = bench.script(f"{self.load}; {self.save}")
        if code != 0:
            bench.fault(self.name, code, messages)
        self.new = tree(self.path)

    def prepare(self):
        shutil.rmtree(self.place, ignore_errors=True)
        if not self.is_over:
            return
        # Another state of the same kind, and a person's own files in it.
        if hasattr(self, "old"):
            for name, data in self.old.items():
                path = os.path.join(self.path, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "wb") as file:
                    file.write(data)
            return
        other = (PREPARE + "set seed 5\n"
                 'new model wren {hidden: 16, layers: 1, heads: 4, context: 64} '
                 'tokenizer "tokenizer.json"\n')
        if "adapter" in self.save:
            other = 'load model "model"\nload data "rows.jsonl"\nset rank 4\ntrain 1 step\n'
        self.bench.must(other + self.save)
        os.makedirs(os.path.join(self.path, "notes", "deep"))
        for name in ["notes.txt", "notes/deep/more.txt"]:
            with open(os.path.join(self.path, name), "w") as file:
                file.write("mine")

    def attempt(self, at, fault):
        """Runs the save with the fault at call `at`; gives its exit code."""
        self.prepare()
        return self.bench.script(
            f"{self.load}; {self.save}", LD_PRELOAD=self.bench.points, FT_FAULT_PATH="place/out",
            FT_FAULT_AT=str(at), FT_FAULT=fault, **self.variables)

    def count(self):
        """How many calls there are."""
        low, high = 0, 1
        while self.attempt(high, "kill")[0] == -9:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            if self.attempt(middle, "kill")[0] == -9:
                low = middle
            else:
                high = middle
        return low

    def is_whole(self, what):
        """Whether what stands there is the old state or the new one, and loads."""
        place = f"{self.name}, {what}"
        if not os.path.exists(self.path):
            return self.bench.expect(not self.is_over, f"{place}: nothing is left")
        code, _, messages = self.bench.script(self.read)
        found = tree(self.path) if os.path.exists(self.path) else {}
        known = [self.new] + ([self.old] if self.is_over else [])
        if not self.is_over and code == 4 and not found:
            return None
        if code != 0:
            return self.bench.fault(f"{place}: does not load", code, messages)
        seen = {name: data for name, data in found.items() if not name.startswith(".save.")}
        return self.bench.expect(seen in known, f"{place}: a mixture of {sorted(found)}")

    def killed(self, at):
        code, _, messages = self.attempt(at, "kill")
        if code != -9:
            return self.bench.fault(f"{self.name}, killed at {at}", code, messages)
        self.is_whole(f"killed at {at}")
        code, _, messages = self.bench.script(f"{self.load}; {self.save}", **self.again())
        if code != 0:
            return self.bench.fault(f"{self.name}, again after a kill at {at}", code, messages)
        self.bench.expect(tree(self.path) == self.new, f"{self.name}, {at}: another state")
        left = os.listdir(os.path.join(self.place, "out"))
        return self.bench.expect(left == ["it"], f"{self.name}, {at}: left {left}")

    def again(self):
        return {"LD_PRELOAD": self.bench.points, **self.variables} if self.variables else {}

    def failed(self, at, number):
        code, _, messages = self.attempt(at, f"{number}")
        name = errno.errorcode[number]
        # A fault in tidying up, after the new state is there, is none of the save's.
        if code not in ([0] if number == errno.EINTR else [0, 5]):
            self.bench.fault(f"{self.name}, {name} at {at}", code, messages)
        self.is_whole(f"{name} at {at}")
        if number == errno.EINTR:
            self.bench.expect(tree(self.path) == self.new, f"{self.name}, {name} at {at}: not new")


def saves(bench, most=None):
    """Kills and failures at the points of all saves: at `most` of each, or at every one."""
    kills = 0
    kinds = [(MODEL, False, {}), (MODEL, True, {}), (ADAPTER, True, {}), (ADAPTER, False, {}),
             (MODEL, True, {"FT_NO_EXCHANGE": "1"}), (ADAPTER, True, {"FT_NO_EXCHANGE": "1"})]
    for commands, is_over, variables in kinds if most is None else kinds[:2] + kinds[4:5]:
        save = Save(bench, commands, is_over, **variables)
        points = range(1, save.count() + 1)
        if most is not None:
            points = sorted(bench.random.sample(points, most))
        for at in points:
            save.killed(at)
            kills += 1
            if most is None or at == points[0]:
                for number in [errno.ENOSPC, errno.EINTR, errno.EIO]:
                    save.failed(at, number)
    print(f"{kills} kills", flush=True)


def trainings(bench, points):
    """Trainings killed at calls of their saves, and run again: the weights are those of one that was
    not."""
    line = ('train 6 steps checkpoint "place/run" each 1 step { if it.step == 2 { stop } }\n'
            'resume "place/run" each 1 step { if it.step == 4 { stop } }\n'
            'resume "place/run"\nsave adapter "place/a"')
    place = os.path.join(bench.home, "place")
    script = 'load model "model"\nload data "rows.jsonl" split 8/4\nset batch 4\n' + line

    def result():
        return tree(os.path.join(place, "a"))["adapter_model.safetensors"]

    shutil.rmtree(place, ignore_errors=True)
    bench.must(script)
    whole = result()
    for at in points:
        shutil.rmtree(place, ignore_errors=True)
        bench.script(script, LD_PRELOAD=bench.points, FT_FAULT_PATH="place/run", FT_FAULT_AT=str(at),
                     FT_FAULT="kill")
        code, _, messages = bench.script(script)
        if code != 0:
            bench.fault(f"training again after a kill at {at}", code, messages)
        else:
            bench.expect(result() == whole, f"a training killed at {at} ends with other weights")
            left = sorted(os.listdir(os.path.join(place, "run")))
            steps = {name.split(".")[0] for name in left if name != "lock"}
            wanted = ["lock"] + [step + end for step in steps for end in [".json", ".safetensors"]]
            bench.expect(left == sorted(wanted), f"training, {at}: left {left}")
