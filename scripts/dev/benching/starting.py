"""Rows of what comes first: opening a model, tokenising, starting."""

import json
import tempfile

from running import FINCH, MODELS, PEERS, ROOT, STORE, FORMATS, resident


def start_rows(bench):
    """From the start of the process to the first step's end, beside the peer's imports alone."""
    def result(answer):
        return {"ms": answer["seconds"] * 1000, "MB": answer["peakBytes"] / 1e6}

    def ours():
        text = 'load model finch; load data "support.jsonl"; train 1 step'
        command = [bench.options.ft, "-c", text, "--threads", bench.options.threads]
        return result(resident(command, bench.options.timeout))

    def peer():
        bench.python("imports.py", needs=("trl", "peft"))
        command = [bench.options.python, PEERS / "imports.py"]
        return result(resident([str(part) for part in command], bench.options.timeout))

    return [("start-finch", "import trl, peft", ours, peer)]


def opening_rows(bench):
    """From the start of the process to the first token, the model's files in the page cache.

    A model is opened for the first time, and its weights are kept as they were laid out (open-first-…),
    or once more (open-…).
    """
    def result(answer):
        return {"ms": answer["seconds"] * 1000, "MB": answer["peakBytes"] / 1e6}

    def ours(name, kind, **variables):
        text = (f'set base {kind}; load model "{bench.model(name)}"; '
                f'sample "Once" raw at temperature 0 length 1')
        command = [bench.options.ft, "-c", text, "--threads", bench.options.threads]
        return result(
            resident([str(part) for part in command], bench.options.timeout, **variables))

    opened = set()

    def again(name, kind):
        if (name, kind) not in opened:
            ours(name, kind)
            opened.add((name, kind))
        return ours(name, kind)

    def first(name, kind):
        with tempfile.TemporaryDirectory(dir=STORE) as folder:
            return ours(name, kind, FT_CACHE=folder)

    def peer(name, kind):
        command = bench.llama_command(name, kind, "-p", 0, "-n", 1, "--no-warmup")
        return result(resident([str(part) for part in command], bench.options.timeout))

    return [
        (f"{row}-{kind}-{name}", "llama.cpp " + theirs,
         lambda f=opening, n=name, k=kind: f(n, k), lambda n=name, t=theirs: peer(n, t))
        for row, opening in (("open", again), ("open-first", first))
        for name in MODELS for kind, theirs in FORMATS.items()]


def tokenizing_rows(bench):
    """From a file of texts to tokens, whole processes: this project's code, and its prose."""
    def texts(kind):
        path = STORE / f"{kind}-texts.jsonl"
        if not path.exists():
            STORE.mkdir(parents=True, exist_ok=True)
            lines = [line for file in sorted((ROOT / "Sources").rglob("*.swift"))
                     for line in file.read_text().splitlines()]
            if kind == "prose":
                lines = [line.strip()[4:] for line in lines if line.strip().startswith("/// ")]
            with path.open("w") as out:
                document = ""
                for line in lines * (3 if kind == "prose" else 1):
                    document += line + "\n"
                    if len(document) > 700:
                        out.write(json.dumps({"text": document}) + "\n")
                        document = ""
        return path

    def speed(kind, command):
        answer = resident([str(part) for part in command], bench.options.timeout)
        return {"MB/s": texts(kind).stat().st_size / 1e6 / answer["seconds"],
                "MB": answer["peakBytes"] / 1e6}

    def ours(kind):
        text = f'load model finch; load data "{texts(kind)}"; set long cut; plan 1 epoch'
        return speed(kind, [bench.options.ft, "-c", text, "--threads", 1])

    def peer(kind):
        bench.python("encode_texts.py", "--help", needs=("tokenizers",))
        return speed(kind, [bench.options.python, PEERS / "encode_texts.py", FINCH / "tokenizer.json",
                            texts(kind)])

    return [(f"tokenize-{kind}-finch", "tokenizers, 1 thread", lambda k=kind: ours(k),
             lambda k=kind: peer(k)) for kind in ("prose", "code")]
