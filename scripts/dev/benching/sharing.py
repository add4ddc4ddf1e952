"""Rows of texts that begin alike."""

import json
import random

from running import FINCH, STORE, TRAINING_PACKAGES, told

WORDS = "a shop answers in short words about parcels lamps chairs and returns within two days".split()


def chats(name, rows, row):
    """A file of chats: `row` makes the turns after a system prompt of some 300 tokens, of a source of
    texts by their numbers of words. The prompt is the same for all, or, in the second file, each row's."""
    paths = STORE / f"{name}.jsonl", STORE / f"{name}-own.jsonl"
    for path in paths:
        if path.exists():
            continue
        STORE.mkdir(parents=True, exist_ok=True)
        draw = random.Random(5)
        text = lambda count: " ".join(draw.choice(WORDS) for _ in range(count))
        shared = text(180)
        path.write_text("".join(
            json.dumps(row(shared if path == paths[0] else text(180), text, index)) + "\n"
            for index in range(rows)))
    return paths


def turns(system, user, answer):
    return {"messages": [{"role": "system", "content": system}, {"role": "user", "content": user},
                         {"role": "assistant", "content": answer}]}


def preference(system, text):
    chat = turns(system, text(40), text(20))["messages"]
    return {"prompt": chat[:2], "chosen": chat[2:],
            "rejected": [{"role": "assistant", "content": text(20)}]}


def trl_row(bench):
    """Rows of tokens, 300 of which are the same at the beginning of all, beside TRL, which computes each."""
    shared, own, trained, steps, batch = 300, 120, 60, 5, 8

    def rows():
        path = STORE / "shared-rows.jsonl"
        if not path.exists():
            STORE.mkdir(parents=True, exist_ok=True)
            draw = random.Random(5)
            ids = lambda count: [draw.randrange(8, 4000) for _ in range(count)]
            beginning = ids(shared)
            mask = [0] * (shared + own - trained) + [1] * trained
            path.write_text("".join(json.dumps(
                {"input_ids": beginning + ids(own), "completion_mask": mask}) + "\n"
                for _ in range(batch * (steps + 1))))
        return path

    def ours():
        events = told(bench, f'load model finch; load data "{rows()}"; '
                             f"set batch {batch}; train {steps} steps")
        return {"rows/s": steps * batch / dict(events)["train"]["seconds"]}

    def peer():
        answer = bench.peer("train.py", FINCH, "--rows", rows(), "--method", "lora", "--batch", batch,
                            "--steps", steps, needs=(*TRAINING_PACKAGES, "trl", "datasets"))
        return {"rows/s": answer["tokensPerSecond"] / (shared + own)}

    return ("share-trl-finch", "trl", ours, peer)


def sharing_rows(bench):
    """Chats with one system prompt, computed once or for each: of some 350 tokens in training,
    without training of some 300 beside as many rows whose prompts differ."""
    def trained(setting):
        path = STORE / "chats.jsonl"
        if not path.exists():
            STORE.mkdir(parents=True, exist_ok=True)
            draw = random.Random(5)
            text = lambda count: " ".join(draw.choice(WORDS) for _ in range(count))
            system = text(210)
            path.write_text("".join(
                json.dumps(turns(system, text(40), text(40))) + "\n" for _ in range(48)))
        events = told(bench, f'load model finch; load data "{path}"; '
                             f"set batch 8, share_prefixes {setting}; train 5 steps")
        return {"rows/s": 5 * 8 / dict(events)["train"]["seconds"]}

    def measured(name, rows, row, command, own):
        path = chats(name, rows, row)[own]
        events = told(bench, f'load model finch; load data "{path}"; {command}')
        return {"rows/s": rows / dict(events)["end"]}

    kinds = [
        ("eval", 96, lambda system, text, _: turns(system, text(34), text(34)), "eval data"),
        ("labels", 192, lambda system, text, index: turns(system, text(40), WORDS[index % 4]),
         "eval data by label"),
        ("answers", 64, lambda system, text, _: turns(system, text(40), text(8)),
         "set tokens 12; eval data with exact"),
        ("dpo", 64, lambda system, text, _: preference(system, text), "eval data"),
    ]
    return [trl_row(bench), ("share-finch", "share_prefixes off", lambda: trained("on"), lambda: trained("off"))] + [
        (f"share-{name}-finch", "prompts of their own",
         lambda n=name, k=kind: measured(f"chats-{n}", *k, 0),
         lambda n=name, k=kind: measured(f"chats-{n}", *k, 1))
        for name, *kind in kinds]
