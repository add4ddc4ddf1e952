"""Rows of answers that are written: one, several, in integers, by guesses."""

import json

from running import FORMATS, MODELS, ROOT, STORE, told
from sharing import WORDS


def decoded(bench, name, kind, work, *rest):
    run, = bench.ft(name, "--only", work, *bench.base(kind), *rest)["decoding"]
    return {"tok/s": run["tokensPerSecond"]}


def decoding_rows(bench):
    def transformers(name, key):
        answer = bench.peer("decode.py", bench.model(name), needs=("torch", "transformers"))
        return {"tok/s": answer[key]}

    rows = []
    for name in MODELS:
        for kind, theirs in FORMATS.items():
            # llama.cpp rounds rows to integers beside weights of few bits.
            integers = kind in ("int8", "q4")
            rounding = ("--activations", "int8") if integers else ()
            rows.append((
                f"decode-{'integers-' if integers else ''}{kind}-{name}", "llama.cpp " + theirs,
                lambda n=name, k=kind, r=rounding: decoded(bench, n, k, "answer", *r),
                lambda n=name, t=theirs: {"tok/s": bench.llama(n, t, "-p", 0, "-n", 128)}))
        rows.append((
            f"decode-hf-{name}", "transformers", lambda n=name: decoded(bench, n, "f32", "answer"),
            lambda n=name: transformers(n, "answerTokensPerSecond")))
        rows.append((
            f"prompt-{name}", "llama.cpp f32", lambda n=name: decoded(bench, n, "f32", "prompt"),
            lambda n=name: {"tok/s": bench.llama(n, "f32", "-p", 512, "-n", 0)}))
        rows.append((
            f"prompt-hf-{name}", "transformers", lambda n=name: decoded(bench, n, "f32", "prompt"),
            lambda n=name: transformers(n, "promptTokensPerSecond")))
    return rows


def integer_rows(bench):
    """Decoding in integers, beside the same weights' products by rows that are not rounded."""
    return [
        (f"integers-{work}-{kind}-{name}", "activations float",
         lambda n=name, k=kind, w=work: decoded(bench, n, k, w, "--activations", "int8"),
         lambda n=name, k=kind, w=work: decoded(bench, n, k, w))
        for name in MODELS for kind in ("int8", "q4") for work in ("answer", "prompt")]


def stream_rows(bench):
    """Sixteen answers written side by side, beside one."""
    return [
        (f"streams-16-{kind}-{name}", "one stream",
         lambda n=name, k=kind: decoded(bench, n, k, "answers", "--streams", 16),
         lambda n=name, k=kind: decoded(bench, n, k, "answer"))
        for name in MODELS for kind in FORMATS]


# What answers are asked for, and how freely they are drawn: replies of a model that learned a few rows of
# support, which have phrases in common and repeat what was asked, and stories, which do neither.
DRAFTED = [("support", 0), ("support", 0.7), ("stories", 1)]


def draft_rows(bench):
    """Answers one after the other, with guesses how they go on and without."""
    lines = (ROOT / "stdlib/data/support.jsonl").read_text().splitlines()

    def adapter():
        """One that learned the rows that are not asked."""
        path, rows = STORE / "support-adapter", STORE / "support-taught.jsonl"
        if not path.exists():
            STORE.mkdir(parents=True, exist_ok=True)
            rows.write_text("".join(line + "\n" for i, line in enumerate(lines) if i % 9))
            told(bench, f'load model finch; load data "{rows}"; set seed 1; train 3 epochs; '
                        f'save adapter "{path}"')
        return path

    def written(kind, temperature, setting):
        text = f"load model finch; set drafts {setting}, temperature {temperature}, tokens 100; "
        if kind == "support":
            text += f'load adapter "{adapter()}"; '
            asked = [json.loads(line)["messages"][0]["content"] for line in lines[::9]]
        else:
            asked = [f"One day a {word}" for word in WORDS]
        text += "; ".join(f'sample {json.dumps(prompt)}{" raw" if kind == "stories" else ""}'
                          for prompt in asked)
        events = told(bench, text)
        samples = [value for command, value in events if command == "sample"]
        seconds = dict(events)["end"]
        return {"tok/s": sum(value["tokens"] for value in samples) / seconds}

    return [
        (f"drafts-{kind}-{temperature}-finch", "drafts off",
         lambda k=kind, t=temperature: written(k, t, "on"),
         lambda k=kind, t=temperature: written(k, t, "off"))
        for kind, temperature in DRAFTED]
