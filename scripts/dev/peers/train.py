#!/usr/bin/env python3
"""Training steps of torch, with transformers' model and peft's LoRA; with --rows those of TRL.

    train.py MODEL [--method full|lora] [--rank 16] [--batch 4] [--length 512] [--steps 3]
    train.py MODEL --rows FILE.jsonl --batch 8 …

MODEL is a Hugging Face folder. Without rows it is the plain loop: forward, backward, AdamW, on
random tokens, all of them trained. Prints {"tokensPerSecond": …, "peakBytes": …}; the tokens of
rows are those that are not padding. Everything is float32 unless --precision says other, and a first
step is not timed.
"""
import argparse
import json
import statistics
import tempfile
import time
import warnings

import common

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--method", choices=["full", "lora"], default="full")
parser.add_argument("--rank", type=int, default=16)
parser.add_argument("--batch", type=int, default=4)
parser.add_argument("--length", type=int, default=512)
parser.add_argument("--steps", type=int, default=3)
parser.add_argument("--rows")
parser.add_argument("--threads", type=int, default=2)
common.takes_device(parser)
arguments = parser.parse_args()
common.begin(arguments.threads, arguments.device)
warnings.filterwarnings("ignore")
torch = common.torch_with(arguments.threads)


def plain():
    """The speed of the median step on random tokens."""
    model = common.causal_model(torch, arguments).train()
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-6)
    ids = torch.randint(
        0, model.config.vocab_size, (arguments.batch, arguments.length), device=arguments.device)

    def step():
        with torch.autocast(
                arguments.device, dtype=torch.bfloat16, enabled=arguments.precision == "autocast"):
            loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    seconds = statistics.median(common.samples(step, arguments.steps))
    common.tell(tokensPerSecond=ids.numel() / seconds, version=torch.__version__)


def tokenizer():
    """TRL wants one, though rows are tokens already: all it takes from it is the padding."""
    from transformers import PreTrainedTokenizerFast

    made = PreTrainedTokenizerFast(tokenizer_file=arguments.model + "/tokenizer.json")
    made.pad_token = made.eos_token = made.convert_ids_to_tokens(0)
    return made


def supervised():
    """The speed of TRL's SFTTrainer over all steps but the first, in tokens of the rows."""
    import trl
    from datasets import Dataset
    from transformers import TrainerCallback

    with open(arguments.rows) as file:
        rows = [json.loads(line) for line in file]
    times, tokens = [], []

    class Timer(TrainerCallback):
        def on_step_begin(self, args, state, control, **kwargs):
            self.start = time.perf_counter()

        def on_step_end(self, args, state, control, **kwargs):
            times.append(time.perf_counter() - self.start)

    class Counting(trl.SFTTrainer):
        def compute_loss(self, model, inputs, *args, **kwargs):
            tokens.append(int(inputs["attention_mask"].sum()))
            return super().compute_loss(model, inputs, *args, **kwargs)

    with tempfile.TemporaryDirectory() as folder:
        settings = trl.SFTConfig(
            output_dir=folder, use_cpu=True, per_device_train_batch_size=arguments.batch,
            max_steps=arguments.steps + 1, max_length=None, learning_rate=1e-6, bf16=False,
            completion_only_loss=True, gradient_checkpointing=False, report_to=[],
            save_strategy="no", logging_strategy="no", disable_tqdm=True, seed=0)
        trainer = Counting(
            model=common.causal_model(torch, arguments), args=settings, train_dataset=Dataset.from_list(rows),
            processing_class=tokenizer(), callbacks=[Timer()])
        trainer.train()
    common.tell(tokensPerSecond=sum(tokens[1:]) / sum(times[1:]), version=trl.__version__)


supervised() if arguments.rows else plain()
