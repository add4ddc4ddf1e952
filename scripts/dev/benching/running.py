"""Runs ft and its peers for the rows: commands, models with random weights, and their files."""

import json
import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
PEERS = ROOT / "scripts/dev/peers"
STORE = ROOT / ".build/bench"
FINCH = ROOT / "stdlib/models/finch"

# Vocabulary, the longest row, and how many steps are timed: a round stays below two minutes.
MODELS = {
    "smol135": dict(vocabulary=49152, limit=1000, steps=2, rows=2),
    "llama15": dict(vocabulary=32000, limit=1000, steps=5, rows=5),
    "finch": dict(vocabulary=4096, limit=512, steps=10, rows=10),
}
# A weight format of ft, and llama.cpp's of the same size.
FORMATS = {"f32": "f32", "bf16": "f16", "int8": "q8_0", "q4": "q4_0"}
TRAINING_PACKAGES = ("torch", "transformers", "peft")


class Missing(Exception):
    """Something that a row needs is not there."""


def run(command, timeout, **variables):
    """Runs a command and returns its output, its seconds, and the most memory it had."""
    environment = dict(os.environ, FT_HOME=str(ROOT), FT_CACHE=str(STORE / "weights"))
    environment.update(variables)
    start = time.perf_counter()
    with subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env=environment) as process:
        try:
            output, errors = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Missing(f"no end within {timeout} s")
    seconds = time.perf_counter() - start
    if process.returncode:
        raise Missing(f"exit {process.returncode}: {errors.strip().splitlines()[-1:]}")
    return output, seconds


def last_json(output):
    """The last line of JSON, or all of the output when it is one value over several lines."""
    try:
        return json.loads(output)
    except ValueError:
        lines = [line for line in output.splitlines() if line.startswith("{")]
        if not lines:
            raise Missing("no JSON in what it wrote")
        return json.loads(lines[-1])


def resident(command, timeout, **variables):
    """Runs a command under a parent of its own, for its seconds and its peak memory in bytes."""
    code = ("import json,resource,subprocess,sys,time; s=time.perf_counter();"
            "r=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.PIPE);"
            "t=time.perf_counter()-s; sys.stderr.buffer.write(r.stderr);"
            "print(json.dumps(dict(seconds=t,"
            "peakBytes=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss*1024)));"
            "sys.exit(r.returncode)")
    output, _ = run([sys.executable, "-c", code, *command], timeout, **variables)
    return json.loads(output)


def told(bench, text):
    """Runs a script; returns what its commands gave, each with its name, and at the end its seconds."""
    output, _ = run([bench.options.ft, "-c", text, "--json", "--threads", bench.options.threads],
                    bench.options.timeout)
    events = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
    return [(event["command"], event["value"]) for event in events if "value" in event] + [
        ("end", event["seconds"]) for event in events if event["event"] == "end"]


def speed(answer):
    return {"tok/s": answer["tokensPerSecond"], "MB": answer["peakBytes"] / 1e6}


class Bench:
    """What the rows are made of: ft, its peers, models and rows."""

    def __init__(self, options):
        self.options = options
        self.found = {}

    # Peers

    def python(self, script, *rest, needs):
        for package in needs:
            if package not in self.found:
                probe = [self.options.python, "-c",
                         f"import importlib.util as u; exit(u.find_spec('{package}') is None)"]
                try:
                    self.found[package] = subprocess.run(probe, stderr=subprocess.DEVNULL)
                except OSError:
                    raise Missing(f"no {self.options.python}")
            if self.found[package].returncode:
                raise Missing(f"{self.options.python} has no package {package}")
        return run([self.options.python, PEERS / script, *rest], self.options.timeout)[0]

    def peer(self, script, *rest, needs=TRAINING_PACKAGES):
        common = ("--threads", self.options.threads, "--device", self.options.device)
        return last_json(self.python(script, *rest, *common, needs=needs))

    def llama_command(self, model, kind, *rest):
        if not self.options.llama_bench:
            raise Missing("no llama-bench: --llama-bench PATH")
        return [self.options.llama_bench, "-m", self.gguf(model, kind), "-r", 1, "-ngl", 0,
                "-t", self.options.threads, "-o", "json", *rest]

    def llama(self, model, kind, *rest):
        output = run(self.llama_command(model, kind, *rest), self.options.timeout)[0]
        return json.loads(output)[0]["avg_ts"]

    # ft

    def ft(self, model, *rest):
        command = [self.options.ft, "bench", self.model(model), "--json", "--threads",
                   self.options.threads, "--device", self.options.device, *rest]
        return last_json(run(command, self.options.timeout)[0])

    def ft_trains(self, *rest):
        """Speed over all timed steps, and memory."""
        training = self.ft(*rest, "--only", "training")["training"]
        tokens = sum(step["tokens"] for step in training["steps"])
        seconds = sum(step["seconds"] for step in training["steps"])
        return dict(tokensPerSecond=tokens / seconds if "--rows" in rest else
                    training["tokensPerSecond"], peakBytes=training["peakBytes"])

    def base(self, kind):
        """The option that keeps weights in a format."""
        if kind == "f32":
            return ()
        if "--base" not in run([self.options.ft, "bench", "--help"], 20)[0]:
            raise Missing("this ft bench has no --base")
        return ("--base", kind)

    # Files

    def make(self, path, *rest, needs):
        if not path.exists():
            STORE.mkdir(parents=True, exist_ok=True)
            print(f"making {path.relative_to(ROOT)} …", file=sys.stderr)
            self.python("models.py", *rest, needs=needs)
        return path

    def model(self, name):
        if name == "finch":
            return FINCH
        folder = STORE / name
        self.make(folder / "config.json", "folder", name, folder, needs=("numpy", "safetensors"))
        return folder

    def gguf(self, name, kind):
        path = STORE / f"{name}-{kind}.gguf"
        return self.make(
            path, "gguf", self.model(name), kind, path, needs=("gguf", "torch", "safetensors"))

    def rows(self, name):
        model, path = MODELS[name], STORE / f"{name}-rows.jsonl"
        count = 8 * (model["rows"] + 1)
        return self.make(
            path, "rows", count, model["vocabulary"], model["limit"], path, needs=())
