"""A disk after the power went: what of the calls that were made by then is on it.

Only what was flushed is sure. Of a file's later bytes each write is there, or is not, or is there as
zeros, with the file's new size; of what was done to a folder's names since it was flushed, the first few
things are there. So hold the file systems that promise least.
"""

import os
import shutil


class Call:
    """One line of the log that points.c writes."""

    def __init__(self, name, path, other, offset, data):
        self.name, self.path, self.other = name, path, other
        self.offset, self.data = offset, data

    @property
    def folders(self):
        """The folders whose names it changes."""
        named = {"create": [self.path], "folder": [self.path], "remove": [self.path],
                 "link": [self.other]}.get(self.name, [])
        if self.name in ("rename", "exchange"):
            named = [self.path, self.other]
        return {os.path.dirname(name) for name in named}


def read_log(path, home):
    """The calls of a log, with whole paths."""
    calls = []
    with open(path, "rb") as log:
        while line := log.readline():
            name, first, second, offset, count = line.decode().rstrip("\n").split("\t")
            whole = [os.path.normpath(os.path.join(home, part)) if part else "" for part in (first, second)]
            calls.append(Call(name, *whole, int(offset), log.read(int(count))))
    return calls


class File:
    """A file's bytes: those that were flushed, and what came after."""

    def __init__(self, data=b""):
        self.sure, self.since = data, []

    def after_a_crash(self, random):
        data = bytearray(self.sure)
        for call in self.since:
            fate = random.choice(("there", "lost", "zeros"))
            if call.name == "write" and fate != "lost":
                end = call.offset + len(call.data)
                data.extend(bytes(max(0, end - len(data))))
                data[call.offset:end] = call.data if fate == "there" else bytes(len(call.data))
            elif call.name in ("size", "cut") and fate == "there":
                data = data[:call.offset] + bytes(max(0, call.offset - len(data)))
        return bytes(data)

    def flush(self):
        data = bytearray(self.sure)
        for call in self.since:
            if call.name == "write":
                end = call.offset + len(call.data)
                data.extend(bytes(max(0, end - len(data))))
                data[call.offset:end] = call.data
            else:
                data = data[:call.offset] + bytes(max(0, call.offset - len(data)))
        self.sure, self.since = bytes(data), []


class Folder:
    """A folder, whatever its name is by now."""


class Names:
    """What a tree's names stand for: files and folders."""

    def __init__(self, start):
        self.entries = dict(start)

    def apply(self, call, made):
        """Does what a call does to names; `made` is the file or folder that it made. What needs something that is
        not there is not done."""
        names = self.entries
        if call.name in ("create", "folder") and os.path.dirname(call.path) in names:
            names.setdefault(call.path, made)
        elif call.name == "remove":
            self.take(call.path)
        elif call.name == "link" and call.path in names:
            names[call.other] = names[call.path]
        elif call.name == "rename" and call.path in names:
            found = self.take(call.path)
            self.take(call.other)
            self.put(call.other, found)
        elif call.name == "exchange" and call.path in names and call.other in names:
            one, two = self.take(call.path), self.take(call.other)
            self.put(call.other, one)
            self.put(call.path, two)

    def take(self, path):
        """Takes a name away with all below it; gives them by what follows the path."""
        below = [name for name in self.entries if name == path or name.startswith(path + "/")]
        return {name[len(path):]: self.entries.pop(name) for name in below}

    def put(self, path, found):
        for rest, entry in found.items():
            self.entries[path + rest] = entry


class Disk:
    """A folder as it was, and the calls that changed it since."""

    def __init__(self, folder, calls):
        self.folder, self.calls = folder, calls
        self.start = {folder: None}
        for base, folders, files in os.walk(folder):
            for name in folders:
                self.start[os.path.join(base, name)] = None
            for name in files:
                with open(os.path.join(base, name), "rb") as file:
                    self.start[os.path.join(base, name)] = file.read()

    def crash(self, at, random):
        """The files by name, None for folders, as they are when the power goes after `at` calls."""
        start = {name: Folder() if data is None else File(data) for name, data in self.start.items()}
        now = Names(start)
        done, flushed = [], {}
        for index, call in enumerate(self.calls[:at]):
            entry = now.entries.get(call.path)
            if call.folders:
                made = {"create": File, "folder": Folder}.get(call.name, lambda: None)()
                # Folders are told apart by themselves: their names change.
                changed = {now.entries[name] for name in call.folders if name in now.entries}
                done.append((index, call, made, changed))
                now.apply(call, made)
            elif call.name == "flush":
                flushed[entry] = index
                if isinstance(entry, File):
                    entry.flush()
            elif entry is not None:
                entry.since.append(call)
        # Of what was done to a folder's names the first few things are there; a call on two folders is
        # there when it is in both.
        last = {}
        there = Names(start)
        for index, call, made, changed in done:
            for folder in changed:
                if folder not in last:
                    # Often all of it: then it is the files' bytes that may be missing.
                    least = flushed.get(folder, -1) + 1
                    last[folder] = random.choice((at, random.randint(least, at)))
            if all(index < last[folder] for folder in changed):
                there.apply(call, made)
        return {name: entry.after_a_crash(random) if isinstance(entry, File) else None
                for name, entry in there.entries.items()}

    def restore(self, state):
        """Puts such a state in the folder's place."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for name in sorted(state):
            if state[name] is None:
                os.makedirs(name, exist_ok=True)
        for name, data in state.items():
            if data is not None and os.path.isdir(os.path.dirname(name)):
                with open(name, "wb") as file:
                    file.write(data)
