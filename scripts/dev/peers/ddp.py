#!/usr/bin/env python3
"""Training steps of torch's DistributedDataParallel over gloo, a thread for each worker.

    ddp.py MODEL [--method full|lora] [--rank 16] [--batch 8] [--length 256] [--steps 5] [--workers 2]

MODEL is a Hugging Face folder, or the file config.json of one: then the weights are random. The batch is
that of all workers together. Random tokens, all trained; float32, AdamW, gradients clipped at 1; two
first steps are not timed. Prints {"tokensPerSecond": …, "peakBytes": …}.
"""
import argparse
import os
import statistics
import time

import common

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--method", choices=["full", "lora"], default="full")
parser.add_argument("--rank", type=int, default=16)
parser.add_argument("--batch", type=int, default=8)
parser.add_argument("--length", type=int, default=256)
parser.add_argument("--steps", type=int, default=5)
parser.add_argument("--workers", type=int, default=2)


def work(rank, arguments):
    common.begin(1)
    torch = common.torch_with(1)
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29577")
    torch.distributed.init_process_group("gloo", rank=rank, world_size=arguments.workers)
    model = torch.nn.parallel.DistributedDataParallel(
        common.causal_model(torch, arguments).train())
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-6)
    size = model.module.config.vocab_size
    ids = torch.randint(0, size, (arguments.batch // arguments.workers, arguments.length))
    seconds = []
    for _ in range(arguments.steps + 2):
        start = time.perf_counter()
        model(input_ids=ids, labels=ids).loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        seconds.append(time.perf_counter() - start)
    if rank == 0:
        tokens = arguments.batch * arguments.length
        common.tell(
            tokensPerSecond=tokens / statistics.median(seconds[2:]), version=torch.__version__)
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    arguments = parser.parse_args()
    common.begin(1)
    import torch.multiprocessing

    torch.multiprocessing.spawn(work, (arguments,), arguments.workers)
