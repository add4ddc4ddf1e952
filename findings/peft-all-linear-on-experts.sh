#!/usr/bin/env bash
# peft 0.21.2 with transformers 5.24.0: "all-linear" on a Mixtral gives experts twice the rank asked for,
# adapts the router, and warns that patterns it follows were ignored.
#
# Expected: every linear layer gets rank r, and what a warning calls ignored is.
# Seen, with r=4 and alpha=8: the fused `gate_up_proj` of the experts has rank 8 and alpha 16 (so the
# same scale), `down_proj` 4; the router (`mlp.gate`), which the model has as a bare parameter, is adapted
# too; and two warnings say that the patterns of rank and alpha for `gate_up_proj` "did not match any targeted
# module" though just that module has them. Adapters of the same config are larger than r says, and a
# program that reads `r` alone rebuilds them wrongly.
#
# Needs Python 3.10 or later. Installs the pinned packages in a temporary folder.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet torch transformers==5.24.0 peft==0.21.2 numpy
"$work/venv/bin/python" - <<'PYTHON' | tee "$work/seen"
import re, warnings
import torch
from peft import LoraConfig, get_peft_model
from transformers import MixtralConfig, MixtralForCausalLM

torch.manual_seed(0)
model = MixtralForCausalLM(MixtralConfig(
    vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=1,
    num_attention_heads=4, num_key_value_heads=2, num_local_experts=4, num_experts_per_tok=2))
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    model = get_peft_model(model, LoraConfig(r=4, lora_alpha=8, target_modules="all-linear"))
for name, module in model.named_modules():
    if type(module).__name__ == "ParamWrapper":
        key = module.parameter_name
        print(f"{key if key != 'weight' else name.split('.')[-1]}: "
              f"rank {module.r['default']}, alpha {module.lora_alpha['default']}")
for warning in told:
    if "did not match" in str(warning.message):
        print(re.sub(r"\s+", " ", str(warning.message)))
PYTHON
diff "$work/seen" - <<'SEEN'
gate: rank 4, alpha 8
down_proj: rank 4, alpha 8
gate_up_proj: rank 8, alpha 16
The following rank_pattern keys did not match any targeted module and were ignored: ['.*\\.gate_up_proj'].
The following alpha_pattern keys did not match any targeted module and were ignored: ['.*\\.gate_up_proj'].
SEEN
