#!/usr/bin/env python3
"""Decoding with transformers: a prompt at once, and answers token by token.

    decode.py MODEL [--prompt 512] [--answer 128] [--batch 1] [--precision f32|bf16] [--threads N]

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
parser.add_argument("--batch", type=int, default=1)
common.takes_device(parser)
arguments = parser.parse_args()
common.begin(arguments.threads, arguments.device)
torch = common.torch_with(arguments.threads)
torch.set_grad_enabled(False)

import transformers

model = transformers.AutoModelForCausalLM.from_pretrained(
    arguments.model,
    dtype=torch.bfloat16 if arguments.precision == "bf16" else torch.float32)
model = model.eval().to(arguments.device)


def tokens(rows, count):
    return torch.randint(0, model.config.vocab_size, (rows, count), device=arguments.device)


prompt, start = tokens(1, arguments.prompt), tokens(arguments.batch, 1)


def answer():
    model.generate(
        start, attention_mask=torch.ones_like(start), do_sample=False, pad_token_id=0,
        max_new_tokens=arguments.answer, min_new_tokens=arguments.answer)


reading = common.median_seconds(
    lambda: model(input_ids=prompt, logits_to_keep=1), arguments.repeats)
writing = common.median_seconds(answer, arguments.repeats)
common.tell(
    promptTokensPerSecond=arguments.prompt / reading,
    answerTokensPerSecond=arguments.batch * arguments.answer / writing, version=transformers.__version__)
