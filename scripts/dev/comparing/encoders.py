"""How near ft's hidden states and vectors of texts are to those of transformers and sentence-transformers."""
import json
import re

import torch
import transformers
from sentence_transformers.sentence_transformer import modules

COLUMNS = ["loads", "hidden states", "sentence vectors"]
SIZES = dict(
    hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
    max_position_embeddings=256, pad_token_id=0, bos_token_id=1, eos_token_id=2)
ROBERTA = dict(pad_token_id=1, bos_token_id=0, type_vocab_size=1)
MODELS = {
    "bert": {}, "bert, relu": dict(type="bert", hidden_act="relu", type_vocab_size=3),
    "roberta": ROBERTA, "xlm-roberta": ROBERTA,
    "distilbert": dict(dim=32, hidden_dim=48, n_layers=2, n_heads=4),
    "electra": dict(embedding_size=20),
    "albert": dict(embedding_size=20, num_hidden_layers=4, num_hidden_groups=2),
    "modernbert": dict(
        num_hidden_layers=4, local_attention=16, cls_token_id=1, sep_token_id=2),
}
TEXTS = [
    "The kettle sings while rain taps softly at the kitchen window.", "One.",
    "Seven boats came home before dusk, and only one of them was blue; the others were late " * 2,
]
# What is pooled of the last hidden states: with the first and last row and the largest numbers of all, a
# state that differs shows.
POOLED = dict(
    word_embedding_dimension=32, pooling_mode_cls_token=True, pooling_mode_mean_tokens=False,
    pooling_mode_max_tokens=True, pooling_mode_lasttoken=True)


def make(name, folder, vocabulary):
    """Writes a random encoder, and gives it."""
    settings = dict(MODELS[name])
    kind = settings.pop("type", name)
    make_config = transformers.CONFIG_MAPPING[kind]
    known = make_config()
    sizes = {key: value for key, value in SIZES.items()
             if hasattr(known, key) and key not in getattr(known, "attribute_map", {})}
    torch.manual_seed(len(name) + sum(name.encode()))
    config = make_config(**sizes | settings | dict(vocab_size=vocabulary))
    model = transformers.AutoModel.from_config(config).eval().float()
    with torch.no_grad():
        for key, parameter in model.named_parameters():
            is_norm = "norm" in key.lower() and "bias" not in key
            parameter.copy_(0.3 * torch.randn_like(parameter) + is_norm)
    model.save_pretrained(folder)
    return model


def vectors(run, base, folder):
    """What ft's `embed` gives of each text."""
    lines = [f'load model "{base}"']
    for number, text in enumerate(TEXTS):
        lines.append(f'let r{number} = embed {json.dumps(text, ensure_ascii=False)}')
        lines.append(f'print "vector{number}=", r{number}.vector')
    out = run("\n".join(lines) + "\n", folder)
    found = dict(re.findall(r"^vector(\d+)=\s*\[(.*)\]$", out, re.M))
    return [torch.tensor([float(part) for part in found[str(n)].split(",")]) for n in range(len(TEXTS))]


def check(name, folder, finch, run):
    """A row of the table; `run` gives what a script of ft prints."""
    row = dict.fromkeys(COLUMNS, "")
    base = folder / "base"
    base.mkdir()
    vocabulary = len(json.loads((finch / "tokenizer.json").read_text())["model"]["vocab"])
    model = make(name, base, vocabulary + 64)
    for file in ("tokenizer.json", "tokenizer_config.json"):
        (base / file).write_bytes((finch / file).read_bytes())
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(base / "tokenizer.json"))

    (base / "modules.json").write_text(json.dumps([
        dict(idx=0, name="0", path="", type="sentence_transformers.models.Transformer"),
        dict(idx=1, name="1", path="1_Pooling", type="sentence_transformers.models.Pooling")]))
    (base / "1_Pooling").mkdir()
    (base / "1_Pooling/config.json").write_text(json.dumps(POOLED))
    found = vectors(run, base, folder)
    row["loads"] = "yes"
    worst, size = 0.0, 0.0
    for text, vector in zip(TEXTS, found):
        ids = tokenizer(text, return_tensors="pt").input_ids
        with torch.no_grad():
            states = model(input_ids=ids)[0][0]
        wanted = torch.cat([states[0], states.max(0).values, states[-1]])
        worst = max(worst, (vector - wanted).abs().max().item())
        size = max(size, wanted.abs().max().item())
    row["hidden states"] = f"{worst / size:.0e}"

    # The mean over all tokens with length 1, by the other library's own modules on the same states.
    steps = [dict(idx=0, name="0", path="", type="sentence_transformers.models.Transformer"),
             dict(idx=1, name="1", path="1_Pooling", type="sentence_transformers.models.Pooling"),
             dict(idx=2, name="2", path="2_Normalize", type="sentence_transformers.models.Normalize")]
    (base / "modules.json").write_text(json.dumps(steps))
    pooling = dict(word_embedding_dimension=32, pooling_mode_mean_tokens=True)
    (base / "1_Pooling/config.json").write_text(json.dumps(pooling))
    cosines = []
    pool, normalize = modules.Pooling(32, pooling_mode="mean"), modules.Normalize()
    for text, vector in zip(TEXTS, vectors(run, base, folder)):
        ids = tokenizer(text, return_tensors="pt").input_ids
        with torch.no_grad():
            features = dict(token_embeddings=model(input_ids=ids)[0], attention_mask=torch.ones_like(ids))
            wanted = normalize(pool(features))["sentence_embedding"][0]
        cosines.append((1 - torch.dot(vector.double(), wanted.double())).abs().item())
    row["sentence vectors"] = f"1 - {max(cosines):.0e}"
    return row
