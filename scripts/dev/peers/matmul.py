#!/usr/bin/env python3
"""The three products of a linear layer in torch: forward and both gradients.

    matmul.py ROWS INPUTS OUTPUTS [--threads N] [--repeats N]

Prints {"flops": …}, floating-point operations a second over all three, of their median times.
"""
import argparse

import common

parser = argparse.ArgumentParser()
parser.add_argument("rows", type=int)
parser.add_argument("inputs", type=int)
parser.add_argument("outputs", type=int)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--repeats", type=int, default=5)
common.takes_device(parser)
arguments = parser.parse_args()
common.begin(arguments.threads, arguments.device)
torch = common.torch_with(arguments.threads)
torch.set_grad_enabled(False)


def numbers(*shape):
    return torch.randn(*shape, device=arguments.device)


x = numbers(arguments.rows, arguments.inputs)
weight = numbers(arguments.outputs, arguments.inputs)
y = numbers(arguments.rows, arguments.outputs)
products = [
    lambda out=torch.empty_like(y): torch.mm(x, weight.t(), out=out),
    lambda out=torch.empty_like(x): torch.mm(y, weight, out=out),
    lambda out=torch.empty_like(weight): torch.mm(y.t(), x, out=out),
]
operations = 2.0 * arguments.rows * arguments.inputs * arguments.outputs
# A sample is as many calls as take some hundredths of a second.
calls = max(1, int((4e9 if arguments.device == "cpu" else 4e11) / operations))


def repeat(product):
    for _ in range(calls):
        product()


seconds = [
    common.median_seconds(lambda p=product: repeat(p), arguments.repeats) / calls
    for product in products
]
common.tell(flops=3 * operations / sum(seconds), version=torch.__version__)
