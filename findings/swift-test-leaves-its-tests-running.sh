#!/usr/bin/env bash
# SwiftPM (Swift 6.3.1): `swift test` that is told to end leaves the tests running.
#
# Expected: SIGTERM to `swift test` ends the program with the tests that it started.
# Seen: `swift test` ends; its `…PackageTests.xctest` is in a process group of its own and goes on, with
# 1 as its parent. A harness that ends a run which took too long has to find and end it itself, or the
# next run shares the machine with the last.
#
# Needs Swift. Makes a package with one test that sleeps.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/Sources/Nothing" "$work/Tests/NothingTests"
cd "$work"
cat > Package.swift <<'SWIFT'
// swift-tools-version: 6.0
import PackageDescription
let package = Package(
  name: "Nothing",
  targets: [
    .target(name: "Nothing"), .testTarget(name: "NothingTests", dependencies: ["Nothing"]),
  ])
SWIFT
echo 'let nothing = 0' > Sources/Nothing/Nothing.swift
cat > Tests/NothingTests/NothingTests.swift <<'SWIFT'
import Foundation
import Testing
@Test func sleeps() { Thread.sleep(forTimeInterval: 60) }
SWIFT
swift --version 2>&1 | head -n 1
swift build --build-tests > build.log 2>&1
swift test --skip-build > test.log 2>&1 &
runner=$!
for _ in $(seq 100); do
  tests=$(pgrep -f "$work/.*xctest" | head -n 1) && break
  sleep 0.2
done
kill -TERM "$runner"
wait "$runner" || true
sleep 1
state=gone
kill -0 "$tests" 2> /dev/null && state=running
parent=$(awk '/^PPid/ { print $2 }' "/proc/$tests/status" 2> /dev/null || echo none)
[ "$state" = gone ] || kill "$tests"
echo "swift test: ended; its tests: $state, parent $parent"
[ "$state" = running ]
