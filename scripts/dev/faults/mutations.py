"""Files broken in many ways, and fed to the program many at a time."""

import os
import re
import shutil

from common import CONTRACT, PREPARE, copied

NUMBERS = [b"0", b"-1", b"1", b"2147483648", b"9223372036854775807", b"18446744073709551616", b"1e999",
           b"0.5", b"65536", b"999999999", b"-0", b"1E5", b"NaN", b"4294967297"]
WORDS = [b"null", b"[]", b"{}", b"true", b'""', b'"\\ud800"', b"[[[[[[[[", b'{"a":', b"\xff\xfe", b"\x00",
         b"(a+)+$", b"{% for x in y %}", b"{{ 9 ** 9 }}", b"\\", b'"', b"\n", b"\r", b",", b"../x"]


def mutated(data, random):
    """Data with one to three faults in it."""
    for _ in range(random.choice([1, 1, 1, 2, 3])):
        size = len(data)
        at = random.randrange(size + 1)
        to = min(size, at + random.choice([1, 2, 8, 64, 1000]))
        kind = random.randrange(10)
        if kind == 0 and size:
            place = random.randrange(size)
            data = data[:place] + bytes([data[place] ^ 1 << random.randrange(8)]) + data[place + 1:]
        elif kind == 1:
            data = data[:at]
        elif kind == 2:
            data = data[:at] + data[to:]
        elif kind == 3:
            data = data[:to] + data[at:]
        elif kind == 4:
            data = data[:at] + bytes(random.randrange(256) for _ in range(to - at)) + data[to:]
        elif kind in (5, 6, 7):
            # Of a file of tensors only the header has numbers that mean something.
            found = list(re.finditer(rb"-?\d+(\.\d+)?", data[:20000]))
            if found:
                one = random.choice(found)
                data = data[:one.start()] + random.choice(NUMBERS) + data[one.end():]
        elif kind == 8:
            data = data[:at] + random.choice(WORDS) + data[at:]
        else:
            found = list(re.finditer(rb'"[^"\n]{1,40}"', data[:20000]))
            if found:
                one, other = random.choice(found), random.choice(found)
                data = data[:one.start()] + other.group() + data[one.end():]
    return data


def model_files(bench, folder, count, random):
    names = ["config.json", "tokenizer.json", "model.safetensors", "tokenizer_config.json",
             "generation_config.json", "chat_template.jinja", "model-manifest.json"]
    lines = []
    for n in range(count):
        target = copied(os.path.join(bench.home, "model"), os.path.join(folder, f"m{n}"))
        name = names[n % len(names)]
        change(os.path.join(target, name), random)
        if name != "model-manifest.json" and n % 4:
            os.remove(os.path.join(target, "model-manifest.json"))
        lines.append(f'load model "m{n}"; sample "a" length 2; sample "b" raw length 2')
    return PREPARE, lines


def adapter_files(bench, folder, count, random):
    names = ["adapter_config.json", "adapter_model.safetensors", "adapter-manifest.json"]
    lines = []
    for n in range(count):
        target = copied(os.path.join(bench.home, "adapter"), os.path.join(folder, f"a{n}"))
        name = names[n % len(names)]
        change(os.path.join(target, name), random)
        if name != "adapter-manifest.json" and n % 4:
            os.remove(os.path.join(target, "adapter-manifest.json"))
        lines.append(f'reset; load adapter "a{n}"; sample "a" raw length 1')
    return PREPARE, lines


def checkpoints(bench, folder, count, random):
    lines = []
    for n in range(count):
        target = copied(os.path.join(bench.home, "run"), os.path.join(folder, f"r{n}"))
        os.remove(os.path.join(target, "lock"))
        states = sorted(name for name in os.listdir(target) if name.startswith("step-"))
        change(os.path.join(target, random.choice(states)), random)
        lines.append(f'reset; resume "r{n}"')
    return PREPARE, lines


def data_files(bench, folder, count, random):
    lines = []
    for n in range(count):
        ending = ["jsonl", "csv"][n % 2]
        name = f"d{n}.{ending}"
        shutil.copy(os.path.join(bench.home, f"rows.{ending}"), os.path.join(folder, name))
        change(os.path.join(folder, name), random)
        lines.append(f'load data "{name}" split 50/50; check data; unload data')
    return PREPARE, lines


def tokenizers(bench, folder, count, random):
    lines = []
    for n in range(count):
        shutil.copy(os.path.join(bench.home, "tokenizer.json"), os.path.join(folder, f"t{n}.json"))
        change(os.path.join(folder, f"t{n}.json"), random)
        lines.append(
            f'new model m {{hidden: 16, layers: 1, heads: 2, context: 32}} tokenizer "t{n}.json"; '
            'sample "a b 12 é" raw length 2')
    return PREPARE, lines


def change(path, random):
    with open(path, "rb") as file:
        data = file.read()
    os.remove(path)
    with open(path, "wb") as file:
        file.write(mutated(data, random))


def feed(bench, kind, count, batch=100):
    """Has the program read `count` files of a kind, `batch` in a process; a file that ends the
    program is named, and the rest go to the next one."""
    while count > 0:
        folder = os.path.join(bench.work, "mutants")
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder)
        for name in ["rows.jsonl"]:
            shutil.copy(os.path.join(bench.home, name), folder)
        prepare, lines = kind(bench, folder, min(batch, count), bench.random)
        count -= len(lines)
        start = 0
        while start < len(lines):
            text = prepare + "".join(
                f"print {n}\ntry {{ {line} }} catch e {{ let x = e.code }}\n"
                for n, line in enumerate(lines) if n >= start)
            with open(os.path.join(folder, "all.ft"), "w") as file:
                file.write(text)
            code, results, messages = bench.run(["run", "all.ft"], folder, limit=30 + len(lines))
            if code == 0:
                break
            told = [int(word) for word in results.split() if word.isdigit() and int(word) < len(lines)]
            culprit = told[-1] if told else start
            bench.fault(f"{kind.__name__}, {lines[culprit]}", code, messages)
            start = culprit + 1


SCRIPT = b"""#%% [1]
load data "rows.jsonl" split 8/4
let x = [1, 2.5e-3, "a\\nb", {k: 10%, d: 5min}]
#%% [2]
proc f(a, b) { return a + b * 2 }
for i in 1..3 { if i == 2 and not false { print "n \\(f(i, 1))" } }
try { check x[0] == 1, "one" } catch e { print e.message }
with temperature 0.5 { print settings.temperature }
keep data where row.line < 9 as few
show data
"""
NOTEBOOK = b"""# Title

```ft [1]
load data "rows.jsonl" split 8/4
```

```output
| rows: 12 rows
=> load data: {"rows":12,"train":8,"dev":4,"test":0}
```

```ft [2]
let a = 1 + 2
a
```

```output
= 3
```

```environment
ft  1.0.0
data rows.jsonl  sha256 00
```
"""


def scripts(bench, count):
    """Scripts and notebooks run by themselves: a process each."""
    folder = os.path.join(bench.work, "scripts")
    shutil.rmtree(folder, ignore_errors=True)
    os.mkdir(folder)
    shutil.copy(os.path.join(bench.home, "rows.jsonl"), folder)
    for n in range(count):
        name, data = [("a.ft", SCRIPT), ("a.ft.md", NOTEBOOK)][n % 2]
        with open(os.path.join(folder, name), "wb") as file:
            file.write(mutated(data, bench.random))
        verb = "verify" if n % 4 == 1 else "run"
        code, _, messages = bench.run([verb, name], folder, limit=20)
        if code not in CONTRACT:
            kept = os.path.join(bench.work, f"script-{n}")
            shutil.copy(os.path.join(folder, name), kept)
            bench.fault(f"{verb} of {open(kept, 'rb').read()!r}", code, messages)
