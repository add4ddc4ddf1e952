#!/usr/bin/env bash
# tokenizers 0.23.3: the pre-tokenizer UnicodeScripts leaves the spaces out that a text begins with, and
# parts numbers from words, the space between going with the first.
#
# Expected: the text is cut where the script changes, and every character is in a piece.
# Seen: "  hi" becomes one piece, "hi"; the two spaces are in none, so that encoding and decoding lose
# them, without a word. A space between words goes with the word before it, and none is lost there. Digits
# and signs belong to no script: before a word they are a piece of their own, with the space that
# follows, and after one they are another.
#
# Needs Python 3.10 or later. Installs the pinned package in a temporary folder.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet tokenizers==0.23.3
"$work/venv/bin/python" - <<'PYTHON' | tee "$work/seen"
from tokenizers import Tokenizer
from tokenizers.decoders import Fuse
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import UnicodeScripts

splitter = UnicodeScripts()
for text in ["  hi", "hi  you", "12 apples", "hello 12"]:
    pieces = [piece for piece, _ in splitter.pre_tokenize_str(text)]
    print(f"{text!r}: {pieces}, {len(text) - sum(map(len, pieces))} characters lost")
tokenizer = Tokenizer(WordLevel({"hi": 0, "?": 1}, unk_token="?"))
tokenizer.pre_tokenizer, tokenizer.decoder = splitter, Fuse()
print(f"decoded: {tokenizer.decode(tokenizer.encode('  hi').ids)!r}")
PYTHON
diff "$work/seen" - <<'SEEN'
'  hi': ['hi'], 2 characters lost
'hi  you': ['hi  you'], 0 characters lost
'12 apples': ['12 ', 'apples'], 0 characters lost
'hello 12': ['hello ', '12'], 0 characters lost
decoded: 'hi'
SEEN
