"""Running a test of the project that compares with the lines of a file."""
import os
import re
import subprocess
import tempfile


def compared(root, suite, variable, write):
    """What a suite prints of each line of the file that `write` writes: names, and the fields after them."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        write(file.name)
        done = subprocess.run(
            ["swift", "test", "--filter", suite], cwd=root, env=os.environ | {variable: file.name},
            capture_output=True, text=True)
    found = re.findall(r"^compared ([^\t\n]*)\t(.*)$", done.stdout, re.M)
    if not found:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    return [(name, fields.split("\t")) for name, fields in found]
