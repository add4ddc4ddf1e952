"""How many conversations ft writes by chat templates as transformers does, by families of names.

The templates are taken from a folder, and nothing of them is kept but counts.
"""
import importlib.machinery
import importlib.util
import pathlib
import re

from comparing.running import compared

COLUMNS = ["templates", "conversations", "equal", "refused by both", "differ", "masks", "masks equal"]
FAMILIES = [
    "apertus", "chatml", "cohere|command|aya|c4ai", "deepseek", "falcon", "functionary", "gemma", "gigachat",
    "glm", "gpt-?oss", "granite", "hermes", "kimi", "lfm", "llama", "llava|idefics|vlm|_vl", "minimax",
    "mistral|ministral|devstral|nemo-", "nemotron", "phi", "qwen|qwq", "smollm", "solar", "zephyr|vicuna|alpaca",
]


def family(name):
    found = next((f for f in FAMILIES if re.search(f, name.lower())), "others")
    return found.split("|")[0].replace("-?", "-").strip("_-")


def rows(root, folders):
    """The name and the columns of each family."""
    path = pathlib.Path(__file__).parents[1] / "chat-templates"
    loader = importlib.machinery.SourceFileLoader("chat_templates", str(path))
    goldens = importlib.util.module_from_spec(importlib.util.spec_from_loader("chat_templates", loader))
    loader.exec_module(goldens)
    paths = sorted(p for folder in folders for p in pathlib.Path(folder).glob("*.jinja"))
    found = compared(root, "ChatTemplateCorpusTests", "FT_CHAT_TEMPLATES", lambda file: goldens.write(paths, file))
    table = {}
    for name, counts in found:
        sums = table.setdefault(family(name), [0] * 7)
        equal, refused, whole, masks_equal, masks = map(int, counts)
        for place, count in enumerate([1, whole, equal, refused, whole - equal - refused, masks, masks_equal]):
            sums[place] += count
    total = [sum(column) for column in zip(*table.values())]
    return sorted(table.items()) + [("all", total)]
