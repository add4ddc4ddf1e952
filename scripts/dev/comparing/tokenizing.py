"""How many texts ft cuts as the library tokenizers does, and how many ids it turns back the same.

The tokenizers of the tests, made by scripts/dev/fixtures/tokenizer.py, and those of folders; the texts are
random ones of many scripts, made anew.
"""
import json
import pathlib
import random
import tempfile
import time

import tokenizers
import transformers

from comparing.running import compared

COLUMNS = ["made of", "texts", "ids equal", "decoded equal", "MB/s", "MB/s of tokenizers"]
LETTERS = [
    "abcdefghijklmnopqrstuvwxyz     ", "ABCDEF", "0123456789", " \n\t\r\u00a0\u3000", ".,;:!?'\"()-_#@&*/\\",
    "àéîõüßñçœ", "абвгдеж", "αβγδεζ", "日本語漢字仮名", "ひらがなカタカナ", "한국어", "عربية", "עברית",
    "हिन्दी", "ไทย", "😀👩🏽\u200d🚀🏴", "e\u0301a\u0308", "½Ⅷ٣²", "\u00ad\u200b\ufeff\u180e", "ﬁŐİıſ",
    "\ua7cb\u1c8a\U00010d40\U00031350\U00010d50\u0897",
]


def texts(count, seed):
    """Texts of a few words each, most of them of Latin letters."""
    source = random.Random(seed)
    made = []
    for _ in range(count):
        words = []
        for _ in range(source.randrange(1, 12)):
            letters = LETTERS[0] if source.random() < 0.5 else source.choice(LETTERS)
            words.append("".join(source.choice(letters) for _ in range(source.randrange(1, 9))))
        made.append(source.choice(["", " ", " "]).join(words))
    return made


def parts(file, reference):
    """What a tokenizer is made of; its model by the reference, since a file need not name it."""
    def kinds(section):
        if section is None:
            return []
        inner = section.get("normalizers") or section.get("pretokenizers")
        return [kind for part in inner for kind in kinds(part)] if inner else [section["type"]]
    contents = json.loads(pathlib.Path(file).read_text())
    found = kinds(contents.get("normalizer")) + kinds(contents.get("pre_tokenizer"))
    return ", ".join([type(reference.model).__name__] + list(dict.fromkeys(found)))


def speeds(file, reference, run, folder):
    """Megabytes of text in a second: of ft, what `plan` takes more for many rows than for one; and of
    the other library, one text after the other."""
    # Whole paragraphs: a row that is nothing but space would be refused.
    corpus = ["x" + " ".join(texts(40, number)) for number in range(1000)]
    size = sum(len(text.encode()) for text in corpus) / 1e6
    start = time.perf_counter()
    for text in corpus:
        reference.encode(text)
    theirs = size / (time.perf_counter() - start)
    config = transformers.LlamaConfig(
        vocab_size=reference.get_vocab_size(), hidden_size=8, intermediate_size=8, num_hidden_layers=1,
        num_attention_heads=1, num_key_value_heads=1, eos_token_id=0, bos_token_id=None)
    transformers.LlamaForCausalLM(config).save_pretrained(folder / "model")
    (folder / "model/tokenizer.json").write_bytes(file.read_bytes())
    for name, rows in (("many", corpus), ("one", corpus[:1])):
        lines = "".join(json.dumps(dict(text=text)) + "\n" for text in rows)
        (folder / f"{name}.jsonl").write_text(lines)

    def seconds(data, last):
        script = f'load model "{folder}/model"\nload data "{folder}/{data}.jsonl"\nset long split\n{last}\n'
        times = []
        for _ in range(2):
            start = time.perf_counter()
            run(script, folder)
            times.append(time.perf_counter() - start)
        return min(times)

    took = seconds("many", "plan 1 epoch") - seconds("many", "") - seconds("one", "plan 1 epoch") + seconds("one", "")
    return [f"{size / took:.1f}", f"{theirs:.1f}"]


def rows(root, folders, run):
    """The name and the columns of each tokenizer."""
    files = sorted((root / "Tests/TokenizersTests/Fixtures").glob("*.json"))
    files = [file for file in files if file.name != "goldens.json"]
    files += sorted(file for folder in folders for file in pathlib.Path(folder).glob("*/tokenizer.json"))
    references, made = {}, {}

    def write(path):
        with open(path, "w") as out:
            for number, file in enumerate(files):
                name = file.parent.name if file.name == "tokenizer.json" else file.stem
                try:
                    reference = tokenizers.Tokenizer.from_file(str(file))
                except Exception:  # One that the other library refuses.
                    continue
                references[name], made[name] = reference, file
                lines = []
                for text in texts(500, number):
                    ids = reference.encode(text, add_special_tokens=False).ids
                    decoded = reference.decode(ids, skip_special_tokens=False)
                    lines.append(dict(text=text, ids=ids, decoded=decoded))
                out.write(json.dumps(dict(name=name, file=str(file), texts=lines)) + "\n")

    found = compared(root, "TokenizerCorpusTests", "FT_TOKENIZERS", write)
    table = []
    for name, fields in found:
        with tempfile.TemporaryDirectory() as folder:
            try:
                fields = fields + speeds(made[name], references[name], run, pathlib.Path(folder))
            except Exception as error:  # What ft refuses, or a measurement lost in noise.
                fields = fields + [type(error).__name__, ""]
        table.append((name, [parts(made[name], references[name])] + fields))
    return table
