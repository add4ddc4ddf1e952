"""Rows of texts that begin alike."""

import json
import random

from running import FINCH, STORE, TRAINING_PACKAGES, told

WORDS = "a shop answers in short words about parcels lamps chairs and returns within two days".split()


def chats(name, rows, row):
    """A file of chats: `row` makes the turns after a system prompt of some 300 tokens, of a source of
    texts by their numbers of words. The prompt is the same for all, or, in the second file, each row's."""
    paths = STORE / f"{name}-{rows}.jsonl", STORE / f"{name}-{rows}-own.jsonl"
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


def training_chats():
    """A file of chats that begin with one system prompt, of some 350 tokens, for six steps of eight."""
    path = STORE / "chats.jsonl"
    if not path.exists():
        STORE.mkdir(parents=True, exist_ok=True)
        draw = random.Random(5)
        text = lambda count: " ".join(draw.choice(WORDS) for _ in range(count))
        system = text(210)
        path.write_text("".join(
            json.dumps(turns(system, text(40), text(40))) + "\n" for _ in range(48)))
    return path


def trained(bench, *settings, path=None):
    events = told(bench, f'load model finch; load data "{path or training_chats()}"; '
                         f"set {', '.join(('batch 8', *settings))}; train 5 steps")
    return {"rows/s": 5 * 8 / dict(events)["train"]["seconds"]}


def preference_training(bench):
    """Pairs of answers of some 70 tokens to prompts of 50 after one system prompt of 300, by DPO and LoRA,
    with the model of before asked once: the system prompt computed once a step, or once a pair."""
    def row(system, text, _):
        pair = preference(system, text)
        pair["prompt"][1]["content"] = text(28)
        for answer in (pair["chosen"], pair["rejected"]):
            answer[0]["content"] = text(40)
        return pair

    def side(which):
        path = chats("chats-train-dpo", 48, row)[0]
        return trained(bench, "adapter lora", "rank 16", f"share_prefixes {which}", path=path)

    return ("share-train-dpo-finch", "share_prefixes off", lambda: side("on"), lambda: side("off"))


def trl_row(bench):
    """The same chats beside TRL, which computes the beginning of each."""
    def peer():
        needs = (*TRAINING_PACKAGES, "trl", "datasets")
        rows = STORE / "chats-rows.jsonl"
        if not rows.exists():
            bench.python("encode_chats.py", FINCH, training_chats(), rows, needs=needs)
        answer = bench.peer("train.py", FINCH, "--rows", rows, "--method", "lora", "--batch", 8,
                            "--steps", 5, needs=needs)
        lengths = [len(json.loads(line)["input_ids"]) for line in rows.read_text().splitlines()]
        return {"rows/s": answer["tokensPerSecond"] * len(lengths) / sum(lengths)}

    return ("share-trl-finch", "trl", lambda: trained(bench, "adapter lora", "rank 16"), peer)


def sharing_rows(bench):
    """Chats with one system prompt, computed once or for each: of some 350 tokens in training,
    without training of some 300 beside as many rows whose prompts differ, so many that the start of ft
    is little of it."""
    def measured(name, rows, row, command, own):
        path = chats(name, rows, row)[own]
        events = told(bench, f'load model finch; load data "{path}"; {command}')
        return {"rows/s": rows / dict(events)["end"]}

    kinds = [
        ("eval", 384, lambda system, text, _: turns(system, text(34), text(34)), "eval data"),
        ("labels", 768, lambda system, text, index: turns(system, text(40), WORDS[index % 4]),
         "eval data by label"),
        ("answers", 256, lambda system, text, _: turns(system, text(40), text(8)),
         "set tokens 12; eval data with exact"),
        ("dpo", 256, lambda system, text, _: preference(system, text), "eval data"),
    ]
    training = ("share-finch", "share_prefixes off", lambda: trained(bench, "share_prefixes on"),
                lambda: trained(bench, "share_prefixes off"))
    return [trl_row(bench), training, preference_training(bench)] + [
        (f"share-{name}-finch", "prompts of their own",
         lambda n=name, k=kind: measured(f"chats-{n}", *k, 0),
         lambda n=name, k=kind: measured(f"chats-{n}", *k, 1))
        for name, *kind in kinds]
