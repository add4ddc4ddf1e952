#!/usr/bin/env python3
"""Reads rows of text from a file and encodes them with Hugging Face tokenizers; prints the tokens.

    encode_texts.py TOKENIZER ROWS --threads N
"""
import argparse
import json
import os

parser = argparse.ArgumentParser()
parser.add_argument("tokenizer")
parser.add_argument("rows")
parser.add_argument("--threads", type=int, default=1)
options = parser.parse_args()
os.environ["TOKENIZERS_PARALLELISM"] = "true" if options.threads > 1 else "false"
os.environ["RAYON_NUM_THREADS"] = str(options.threads)

import tokenizers  # noqa: E402, after what it reads

tokenizer = tokenizers.Tokenizer.from_file(options.tokenizer)
with open(options.rows, encoding="utf-8") as file:
    texts = [json.loads(line)["text"] for line in file]
if options.threads > 1:
    encodings = tokenizer.encode_batch(texts)
else:
    encodings = (tokenizer.encode(text) for text in texts)
print(json.dumps(dict(tokens=sum(len(encoding.ids) for encoding in encodings))))
