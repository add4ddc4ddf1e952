"""Rows of a graphics card."""

from running import speed

# The peer of a way of computing, by its name and what train.py is told.
CARD_PEERS = [("exact", "f32", "torch f32"), ("bf16", "autocast", "torch autocast"),
              ("bf16", "bf16", "torch all bf16")]


def card_rows(bench):
    """Training of each method and decoding on a card, and the products of an up projection."""
    def ours(precision, *rest):
        training = bench.ft("smol135", *rest, "--precision", precision, "--microbatch", 16384, "--only",
                            "training")["training"]
        return {"tok/s": training["tokensPerSecond"], "MB": training["plannedBytes"] / 1e6}

    def theirs(precision, *rest):
        return speed(bench.peer("train.py", bench.model("smol135"), *rest, "--precision", precision))

    def products():
        found = bench.ft("smol135", "--only", "matmul", "--batch", 4, "--length", 512)["matmul"]
        chosen = [p for p in found if "up_proj" in p["layer"]]
        seconds = sum(p["seconds"] for p in chosen)
        return {"GFLOP/s": sum(2 * p["m"] * p["n"] * p["k"] for p in chosen) / seconds / 1e9}

    rows = [("cuda-matmul", "torch f32", products, lambda: {
        "GFLOP/s": bench.peer("matmul.py", 2048, 576, 1536, needs=("torch",))["flops"] / 1e9})]
    for method in ("full", "lora"):
        for batch, length in ((16, 1024), (4, 512)):
            common = ("--method", method, "--batch", batch, "--length", length, "--steps", 5)
            rows += [
                (f"cuda-{mine}-{method}-{batch}x{length}", peer,
                 lambda p=mine, c=common: ours(p, *c), lambda p=other, c=common: theirs(p, *c))
                for mine, other, peer in CARD_PEERS
            ]
    for batch, work in ((1, "answer"), (8, "answers")):
        rows.append((
            f"cuda-decode-{batch}", "transformers bf16",
            lambda w=work: {"tok/s": bench.ft(
                "smol135", "--only", w, "--base", "bf16")["decoding"][0]["tokensPerSecond"]},
            lambda b=batch: {"tok/s": bench.peer(
                "decode.py", bench.model("smol135"), "--batch", b, "--precision", "bf16",
                needs=("torch", "transformers"))["answerTokensPerSecond"]}))
    return rows
