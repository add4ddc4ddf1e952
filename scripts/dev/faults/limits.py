"""Too little memory, too small files, and closed descriptors."""

import os
import shutil

from common import PREPARE, tree


def memory(bench, steps):
    """From the least limit at which the program starts at all, up to one that is enough: a result, or
    the exit code 6 with a message, and never anything in between."""
    work = PREPARE + "train 3 steps\nsample \"a\" length 3"

    def limited(limit, arguments):
        return bench.run(arguments, limit=30, shell=f'ulimit -v {limit}; exec "$0" "$@"')

    # Below it the system's loader fails, which runs before the program.
    start = 60_000
    while limited(start, ["--version"])[0] not in (0, 6) and start < 2_000_000:
        start += 5_000
    codes = set()
    near = [start + 150_000 * n // steps for n in range(steps)]
    for limit in near + [start + 300_000, start + 600_000, start + 1_500_000]:
        code, _, messages = limited(limit, ["-c", work])
        codes.add(code)
        if code not in (0, 6):
            bench.fault(f"ulimit -v {limit}", code, messages)
        if code == 6:
            bench.expect(b"error[R4" in messages, f"ulimit -v {limit}: 6 without a message")
    bench.expect({0, 6} <= codes, f"ulimit -v: {sorted(map(str, codes))} alone")


def sizes(bench):
    """A limit on the size of files is an error with a message, and the old state stays."""
    place = os.path.join(bench.home, "place")
    shutil.rmtree(place, ignore_errors=True)
    bench.must('load model "model"; save model "place/m"')
    old = tree(place)
    for line in ['load model "model"; save model "place/m"',
                 PREPARE.replace('"tokenizer.json"', '"place/t.json"', 1),
                 'load model "model"; load data "rows.jsonl"; train 2 steps checkpoint "place/run"']:
        code, _, messages = bench.run(["-c", line], shell='ulimit -f 4; exec "$0" "$@"')
        if code != 5 or b"ulimit -f" not in messages:
            bench.fault(f"ulimit -f 4, {line[:60]}", code, messages)
    found = {name: data for name, data in tree(place).items() if name.startswith("m/")}
    bench.expect(found == old, "ulimit -f: the old state is not whole")
    left = [name for name in os.listdir(place) if name.startswith(".")]
    bench.expect(not left, f"ulimit -f: left {left}")


def descriptors(bench):
    """Closed standard streams are neither Ctrl-C nor a crash, and no file takes their places."""
    place = os.path.join(bench.home, "place")
    shutil.rmtree(place, ignore_errors=True)
    os.mkdir(place)
    line = 'load model "model"; save model "place/m"; print 1'
    for closed, expected in [("<&-", {0}), (">&-", {5}), ("2>&-", {0}), ("<&- >&-", {5}),
                             ("<&- 2>&-", {0}), (">&- 2>&-", {5}), ("<&- >&- 2>&-", {5})]:
        shutil.rmtree(os.path.join(place, "m"), ignore_errors=True)
        code, _, messages = bench.run(["-c", line], shell=f'exec "$0" "$@" {closed}')
        if code not in expected:
            bench.fault(f"{closed} with -c", code, messages)
        if 0 in expected:
            code, _, messages = bench.script('load model "place/m"')
            if code != 0:
                bench.fault(f"{closed}: what was saved does not load", code, messages)
    for arguments, closed, expected in [([], "<&-", {5}), (["run", "no.ft"], "<&- >&-", {4, 5}),
                                        (["help"], ">&-", {5}), (["doctor"], ">&- 2>&-", {5})]:
        code, _, messages = bench.run(arguments, shell=f'exec "$0" "$@" {closed}', limit=20)
        if code not in expected:
            bench.fault(f"ft {arguments} {closed}", code, messages)
