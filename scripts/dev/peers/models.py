#!/usr/bin/env python3
"""Models of real shapes with random weights, and rows of real lengths, for benchmarks.

    models.py folder NAME DIR         a Hugging Face folder of the shape NAME
    models.py gguf DIR TYPE FILE      a model folder as GGUF: f32, f16, q8_0 or q4_0, every matrix
    models.py rows COUNT VOCABULARY LIMIT FILE   rows of at most LIMIT token ids

Needs numpy and safetensors, and for GGUF the package gguf. The same arguments give the same files.
"""
import json
import math
import os
import random
import sys

SHAPES = {
    # The shape of SmolLM2-135M.
    "smol135": dict(
        hidden_size=576, intermediate_size=1536, num_hidden_layers=30, num_attention_heads=9,
        num_key_value_heads=3, vocab_size=49152, max_position_embeddings=8192,
        rope_theta=100000.0),
    # A llama of 15 million parameters, as small story-tellers have.
    "llama15": dict(
        hidden_size=288, intermediate_size=768, num_hidden_layers=6, num_attention_heads=6,
        num_key_value_heads=6, vocab_size=32000, max_position_embeddings=1024,
        rope_theta=10000.0),
}


def tensors(config):
    """Names and shapes of a llama's tensors, in the order of its layers."""
    hidden, inner = config["hidden_size"], config["intermediate_size"]
    key = hidden // config["num_attention_heads"] * config["num_key_value_heads"]
    yield "model.embed_tokens.weight", (config["vocab_size"], hidden)
    for layer in range(config["num_hidden_layers"]):
        path = f"model.layers.{layer}."
        yield path + "input_layernorm.weight", (hidden,)
        for name, outputs in (("q", hidden), ("k", key), ("v", key), ("o", hidden)):
            yield path + f"self_attn.{name}_proj.weight", (outputs, hidden)
        yield path + "post_attention_layernorm.weight", (hidden,)
        yield path + "mlp.gate_proj.weight", (inner, hidden)
        yield path + "mlp.up_proj.weight", (inner, hidden)
        yield path + "mlp.down_proj.weight", (hidden, inner)
    yield "model.norm.weight", (hidden,)


def write_tokenizer(path, size):
    """A tokenizer of single bytes; its other tokens are names that no text has."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    letters = [chr(byte) for byte in printable] + [chr(256 + i) for i in range(len(others))]
    names = ["<|end|>"] + letters
    names += [f"<|{index}|>" for index in range(len(names), size)]
    json.dump({
        "version": "1.0",
        "added_tokens": [{
            "id": 0, "content": "<|end|>", "special": True, "normalized": False,
            "single_word": False, "lstrip": False, "rstrip": False}],
        "normalizer": None, "post_processor": None,
        "pre_tokenizer": {
            "type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
            "use_regex": True},
        "decoder": {
            "type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
            "use_regex": True},
        "model": {
            "type": "BPE", "vocab": {name: index for index, name in enumerate(names)},
            "merges": [], "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False},
    }, open(path, "w"))


def write_folder(name, folder):
    import numpy
    from safetensors.numpy import save_file

    config = dict(
        SHAPES[name], model_type="llama", architectures=["LlamaForCausalLM"], hidden_act="silu",
        rms_norm_eps=1e-5, tie_word_embeddings=True, bos_token_id=0, eos_token_id=0,
        torch_dtype="float32")
    generator = numpy.random.default_rng(0)
    weights = {}
    for tensor, shape in tensors(config):
        if len(shape) == 1:
            weights[tensor] = numpy.ones(shape, numpy.float32)
        else:
            weights[tensor] = generator.standard_normal(shape, numpy.float32) * 0.02
    os.makedirs(folder, exist_ok=True)
    save_file(weights, folder + "/model.safetensors", metadata={"format": "pt"})
    write_tokenizer(folder + "/tokenizer.json", config["vocab_size"])
    # Last: a folder with a config is complete.
    json.dump(config, open(folder + "/config.json", "w"), indent=2)


def write_gguf(folder, kind, path):
    """The matrices are not rearranged as llama.cpp's rotary embedding would want it: the answers
    differ, the arithmetic does not."""
    import gguf
    import numpy
    from safetensors import safe_open

    config = json.load(open(folder + "/config.json"))
    heads, keys = config["num_attention_heads"], config["num_key_value_heads"]
    writer = gguf.GGUFWriter(path + ".partial", "llama")
    writer.add_vocab_size(config["vocab_size"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_rope_dimension_count(config["hidden_size"] // heads)
    writer.add_rope_freq_base(float(config.get("rope_theta", 10000)))
    writer.add_head_count(heads)
    writer.add_head_count_kv(keys)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_tokenizer_model("no_vocab")
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config["num_hidden_layers"])
    quantized = gguf.GGMLQuantizationType[kind.upper()]
    # Torch reads formats that numpy has not, such as bfloat16.
    with safe_open(folder + "/model.safetensors", "pt") as file:
        for name in sorted(file.keys()):
            data = file.get_tensor(name).float().numpy()
            chosen = quantized if data.ndim > 1 else gguf.GGMLQuantizationType.F32
            writer.add_tensor(
                names.get_name(name, try_suffixes=(".weight",)),
                gguf.quants.quantize(numpy.ascontiguousarray(data), chosen), raw_dtype=chosen)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    os.rename(path + ".partial", path)


def write_rows(count, vocabulary, limit, path):
    """Lines of {"input_ids", "completion_mask"}: lengths log-normal, of mean 180 and deviation 0.6
    of the logarithm, from 16 to `limit`; about 40 % of a row is completion."""
    draw = random.Random(0)
    with open(path, "w") as file:
        for _ in range(count):
            length = round(draw.lognormvariate(math.log(180) - 0.6 ** 2 / 2, 0.6))
            length = min(limit, max(16, length))
            trained = round(length * min(0.9, max(0.1, draw.gauss(0.4, 0.1))))
            ids = [draw.randrange(vocabulary) for _ in range(length)]
            mask = [0] * (length - trained) + [1] * trained
            print(json.dumps({"input_ids": ids, "completion_mask": mask}), file=file)


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "folder" and arguments[1] in SHAPES:
        write_folder(*arguments[1:])
    elif len(arguments) == 4 and arguments[0] == "gguf":
        write_gguf(*arguments[1:])
    elif len(arguments) == 5 and arguments[0] == "rows":
        write_rows(*map(int, arguments[1:4]), arguments[4])
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
