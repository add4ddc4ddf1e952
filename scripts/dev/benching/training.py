"""Rows of products and of trainings."""

from running import MODELS, TRAINING_PACKAGES, speed


def matmul_rows(bench):
    """The products of an up projection, with many rows and with few."""
    def ours(batch, length):
        products = bench.ft("smol135", "--only", "matmul", "--batch", batch, "--length", length)
        chosen = [p for p in products["matmul"] if "up_proj" in p["layer"]]
        operations = sum(2 * p["m"] * p["n"] * p["k"] for p in chosen)
        return {"GFLOP/s": operations / sum(p["seconds"] for p in chosen) / 1e9}

    def peer(rows):
        answer = bench.peer("matmul.py", rows, 576, 1536, needs=("torch",))
        return {"GFLOP/s": answer["flops"] / 1e9}

    return [
        (f"matmul-{name}", "torch", lambda b=batch, n=length: ours(b, n),
         lambda r=batch * length: peer(r))
        for name, batch, length in (("large", 4, 512), ("small", 1, 128))
    ]


def training_rows(bench):
    rows = []
    for name, model in MODELS.items():
        for method in ("full", "lora"):
            common = ("--method", method, "--batch", 4, "--length", 512, "--steps", model["steps"])
            rows.append((
                f"{method}-{name}", "torch" if method == "full" else "peft",
                lambda n=name, c=common: speed(bench.ft_trains(n, *c)),
                lambda n=name, c=common: speed(bench.peer("train.py", bench.model(n), *c))))
    for name, model in MODELS.items():
        for method in ("full", "lora"):
            common = ("--method", method, "--batch", 8, "--steps", model["rows"])
            needs = (*TRAINING_PACKAGES, "trl", "datasets")
            rows.append((
                f"rows-{method}-{name}", "trl",
                lambda n=name, c=common: speed(bench.ft_trains(n, *c, "--rows", bench.rows(n))),
                lambda n=name, c=common, needs=needs: speed(bench.peer(
                    "train.py", bench.model(n), *c, "--rows", bench.rows(n), needs=needs))))
    return rows
