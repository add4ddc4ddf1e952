#!/usr/bin/env bash
# nbformat 5.11.1: writing a notebook sorts the keys of every object in it, also inside a program's own
# output.
#
# Expected: data under a MIME type of a program's own ("application/vnd.NAME+json") comes back as it was
# put in, as `metadata` of other programs does in its order elsewhere; the format calls it the program's.
# Seen: the keys of a record that a kernel gave in an order that means something (columns of a table,
# fields of a result) are in the order of the alphabet once Jupyter has saved the notebook, in the file and
# when it is read again; lists and texts keep theirs. A program that compares records in order, or shows
# columns as they come, finds them changed by a save that nobody asked to change anything. Order has to be
# kept in a list of pairs, or in the output's text/plain.
#
# Needs Python 3.10 or later. Installs the pinned package in a temporary folder.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet nbformat==5.11.1
"$work/venv/bin/python" - "$work/lab.ipynb" <<'PYTHON' | tee "$work/seen"
import json, sys
import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

kind = "application/vnd.example+json"
record = {"loss": 1.5, "accuracy": 0.25, "columns": ["name", "count"]}
given = new_output("display_data", {kind: record, "text/plain": "loss, accuracy, columns"})
notebook = new_notebook(cells=[new_code_cell("show", outputs=[given])])
nbformat.validate(notebook)
nbformat.write(notebook, sys.argv[1])
print("given:  ", list(record))
for name, read in [("file:   ", json.load(open(sys.argv[1]))), ("nbformat:", nbformat.read(sys.argv[1], 4))]:
    found = read["cells"][0]["outputs"][0]["data"][kind]
    print(name, list(found), found["columns"])
PYTHON
diff "$work/seen" - <<'SEEN'
given:   ['loss', 'accuracy', 'columns']
file:    ['accuracy', 'columns', 'loss'] ['name', 'count']
nbformat: ['accuracy', 'columns', 'loss'] ['name', 'count']
SEEN
