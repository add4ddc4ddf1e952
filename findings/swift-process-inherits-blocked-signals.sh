#!/usr/bin/env bash
# Foundation on Linux (Swift 6.3.1): a program started by `Process` inherits blocked and ignored
# signals, so that `terminate()` does nothing to it.
#
# Expected: as on macOS, where Foundation resets both for the child, `terminate()` ends `sleep`.
# Seen: started from a thread that blocks SIGTERM, or from a program that ignores it, `sleep 3` runs to
# its end after `terminate()` and exits with 0. A server that ignores or blocks SIGTERM to end gently
# has children that can only be killed, unless they take the signal back themselves.
#
# Needs Swift. Prints a line a case: whether the child ended by the signal, and after how long.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat > "$work/main.swift" <<'SWIFT'
import Foundation

func start(_ title: String) throws {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/sleep")
  process.arguments = ["3"]
  let begin = Date()
  try process.run()
  usleep(300_000)
  process.terminate()
  process.waitUntilExit()
  let how = process.terminationReason == .uncaughtSignal ? "ended" : "ran on"
  print("\(title): \(how), \(Date().timeIntervalSince(begin) < 2 ? "at once" : "3 s")")
}

try start("plain")
var set = sigset_t()
sigemptyset(&set)
sigaddset(&set, SIGTERM)
pthread_sigmask(SIG_BLOCK, &set, nil)
try start("blocked")
pthread_sigmask(SIG_UNBLOCK, &set, nil)
signal(SIGTERM, SIG_IGN)
try start("ignored")
SWIFT
swift --version 2>&1 | head -n 1
swiftc -o "$work/program" "$work/main.swift"
"$work/program" | tee "$work/seen"
diff "$work/seen" - <<'SEEN'
plain: ended, at once
blocked: ran on, 3 s
ignored: ran on, 3 s
SEEN
