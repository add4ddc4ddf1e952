"""What the kinds of faults share: running the program, judging how it ended, fixtures."""

import os
import shutil
import subprocess

# The exit codes of the contract that a fault may lead to.
CONTRACT = {0, 1 + 1, 3, 4, 5, 6, 7, 8, 9, 10, 129, 130, 143}
PREPARE = """load data "rows.jsonl" split 8/4
train tokenizer 300 to "tokenizer.json"
new model wren {hidden: 16, layers: 1, heads: 2, context: 64} tokenizer "tokenizer.json"
set batch 4, tokens 4
"""


class Bench:
    """The program, a folder to work in, and what went wrong."""

    def __init__(self, program, work, points, random):
        """`points` is the library that lets calls fail."""
        self.program, self.work, self.faults, self.runs = program, work, [], 0
        self.points, self.random = points, random
        os.environ["FT_THREADS"] = "1"
        self.home = os.path.join(work, "fixtures")
        os.mkdir(self.home)

    def run(self, arguments, folder=None, limit=60, shell=None, **variables):
        """The exit code, results and messages; a program that does not end counts as a hang."""
        self.runs += 1
        command = [self.program] + arguments
        if shell:
            command = ["bash", "-c", shell, self.program] + arguments
        try:
            done = subprocess.run(
                command, cwd=folder or self.home, timeout=limit, env={**os.environ, **variables},
                stdin=None if shell else subprocess.DEVNULL, capture_output=True)
        except subprocess.TimeoutExpired as late:
            return "hang", late.stdout or b"", late.stderr or b""
        return done.returncode, done.stdout, done.stderr

    def script(self, text, folder=None, **more):
        return self.run(["-c", text], folder, **more)

    def fault(self, what, code, messages=b""):
        self.faults.append(f"{what}: ended with {code} {messages.decode(errors='replace')[-300:]}")

    def expect(self, is_so, what):
        if not is_so:
            self.faults.append(what)

    def must(self, text, folder=None):
        """Runs what has to work."""
        code, results, messages = self.script(text, folder)
        if code != 0:
            raise SystemExit(f"fault: the preparation failed with {code}: {messages.decode()}")
        return results.decode()

    def make_fixtures(self):
        with open(os.path.join(self.home, "rows.jsonl"), "w") as file:
            for n in range(12):
                file.write('{"prompt": "number %d", "completion": "it is %d"}\n' % (n, n * 7))
        with open(os.path.join(self.home, "rows.csv"), "w") as file:
            file.write("text,label\n" + "".join(
                '"number, %d",%s\n' % (n, "even" if n % 2 == 0 else "odd") for n in range(12)))
        self.must(PREPARE + 'save model "model"\ntrain 2 steps\nsave adapter "adapter"\nreset\n'
                  'train 4 steps checkpoint "run" each 2 steps { stop }')


def copied(source, target):
    """A copy of a folder, as links."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=os.link)
    return target


def tree(folder):
    """The files of a folder with their contents."""
    found = {}
    for base, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(base, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = file.read()
    return found
