#!/usr/bin/env bash
# SwiftPM (Swift 6.3.1): `--explicit-target-dependency-import-check error` takes a module of a library
# for a target of the package that has the same name, and fails after a complete build.
#
# Expected: the check looks at this package's targets; a library that imports a module of another
# library is its own affair. (Module aliases make two modules of one name possible at all.)
# Seen: with an alias the package builds, and the check then says of the LIBRARY's target that it
# "imports another target (Options) in the package without declaring it a dependency"; the last line is
# "Build complete!" and the exit code 1. The same package builds with exit code 0 without the check.
#
# Needs Swift and git. Makes three small packages.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir -p options/Sources/Options library/Sources/Library app/Sources/{Options,App,Tool}
cat > options/Package.swift <<'SWIFT'
// swift-tools-version: 6.0
import PackageDescription
let package = Package(
  name: "options", products: [.library(name: "Options", targets: ["Options"])],
  targets: [.target(name: "Options")])
SWIFT
echo 'public let theirs = 1' > options/Sources/Options/Options.swift
cat > library/Package.swift <<'SWIFT'
// swift-tools-version: 6.0
import PackageDescription
let package = Package(
  name: "library", products: [.library(name: "Library", targets: ["Library"])],
  dependencies: [.package(path: "../options")],
  targets: [
    .target(name: "Library", dependencies: [.product(name: "Options", package: "options")])
  ])
SWIFT
printf 'import Options\npublic let two = theirs + 1\n' > library/Sources/Library/Library.swift
cat > app/Package.swift <<'SWIFT'
// swift-tools-version: 6.0
import PackageDescription
let package = Package(
  name: "app", dependencies: [.package(path: "../library")],
  targets: [
    .target(name: "Options"),
    .executableTarget(name: "Tool", dependencies: ["Options"]),
    .executableTarget(
      name: "App",
      dependencies: [
        .product(
          name: "Library", package: "library", moduleAliases: ["Options": "TheirOptions"])
      ]),
  ])
SWIFT
echo 'public let ours = 10' > app/Sources/Options/Options.swift
printf 'import Options\nprint(ours)\n' > app/Sources/Tool/main.swift
printf 'import Library\nprint(two)\n' > app/Sources/App/main.swift
swift --version 2>&1 | head -n 1
cd app
plain=0; swift build > "$work/plain.log" 2>&1 || plain=$?
checked=0
swift build --explicit-target-dependency-import-check error > "$work/checked.log" 2>&1 || checked=$?
echo "without the check: exit $plain; with it: exit $checked"
grep -h 'imports another target' "$work/checked.log"
grep -h 'Build complete' "$work/checked.log" | sed 's/ (.*//'
[ "$plain" = 0 ] && [ "$checked" = 1 ]
