#!/usr/bin/env python3
"""Writes chats as rows of tokens, by the chat template of a model's folder, for train.py --rows.

    encode_chats.py FOLDER CHATS.jsonl ROWS.jsonl
"""
import json
import sys

from transformers import AutoTokenizer

folder, chats, rows = sys.argv[1:]
tokenizer = AutoTokenizer.from_pretrained(folder)


def ids(messages, opens_answer=False):
    text = tokenizer.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=opens_answer)
    return tokenizer(text, add_special_tokens=False)["input_ids"]


with open(chats) as source, open(rows, "w") as target:
    for line in source:
        messages = json.loads(line)["messages"]
        whole, asked = ids(messages), ids(messages[:-1], opens_answer=True)
        mask = [int(place >= len(asked)) for place in range(len(whole))]
        print(json.dumps({"input_ids": whole, "completion_mask": mask}), file=target)
