#!/usr/bin/env python3
"""Decoding with transformers: a prompt at once, and an answer token by token, batch 1, float32.

    decode.py MODEL [--prompt 512] [--answer 128] [--threads N]

Prints {"promptTokensPerSecond": …, "answerTokensPerSecond": …}.
"""
import argparse

import common

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--prompt", type=int, default=512)
parser.add_argument("--answer", type=int, default=128)
parser.add_argument("--repeats", type=int, default=2)
parser.add_argument("--threads", type=int, default=2)
arguments = parser.parse_args()
common.begin(arguments.threads)
torch = common.torch_with(arguments.threads)
torch.set_grad_enabled(False)

import transformers

model = transformers.AutoModelForCausalLM.from_pretrained(
    arguments.model, dtype=torch.float32).eval()
prompt = torch.randint(0, model.config.vocab_size, (1, arguments.prompt))
start = torch.randint(0, model.config.vocab_size, (1, 1))


def answer():
    model.generate(
        start, attention_mask=torch.ones_like(start), do_sample=False, pad_token_id=0,
        max_new_tokens=arguments.answer, min_new_tokens=arguments.answer)


reading = common.median_seconds(
    lambda: model(input_ids=prompt, logits_to_keep=1), arguments.repeats)
writing = common.median_seconds(answer, arguments.repeats)
common.tell(
    promptTokensPerSecond=arguments.prompt / reading,
    answerTokensPerSecond=arguments.answer / writing, version=transformers.__version__)
