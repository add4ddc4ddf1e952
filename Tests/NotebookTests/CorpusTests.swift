import Foundation
import Language
import Notebook
import Reporting
import Session
import Synchronization
import Testing

/// The scripts of `Tests/Corpus`: entries as at the prompt, each followed by what it must show.
///
/// An entry is what stands since the last expectation. `# expect: ` begins a line that is shown, in
/// which `…` stands for anything; `# expect error L121: ` the code and sentence of an error whose
/// other lines do not matter. What an entry shows beyond that is wrong.
///
/// Each line that an error says to try is run where the error came, and must not fail in the same way.
///
/// With `TUNEBOOK_UPDATE=corpus` in the environment, the scripts get what is shown now.
@Suite("Corpus") struct CorpusTests {
  private static let checkout = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
  private static let folder = checkout + "/Tests/Corpus"

  /// The scripts, as paths in the folder.
  private static var scripts: [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".ft") }.sorted()
  }

  @Test("shows what it says", arguments: scripts)
  func script(name: String) async throws {
    let path = Self.folder + "/" + name
    let entries = CorpusEntry.all(in: try String(contentsOfFile: path, encoding: .utf8))
    #expect(!entries.isEmpty)
    let session = CorpusSession(home: Self.checkout)
    var updated = ""
    for (index, entry) in entries.enumerated() {
      let shown = await session.run(entry.source, number: index + 1)
      if !entry.agrees(with: shown) {
        Issue.record("line \(entry.line) of \(name): \(entry.source)shows\n\(shown)")
      }
      for line in TryLines.of(shown) {
        let next = await session.runAside(line)
        if TryLines.isSameError(shown, next) {
          Issue.record("line \(entry.line) of \(name): after `\(line)` the same error comes again")
        }
      }
      updated += entry.agrees(with: shown) ? entry.text : entry.text(expecting: shown)
    }
    guard ProcessInfo.processInfo.environment["TUNEBOOK_UPDATE"] == "corpus" else { return }
    try updated.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test("every feature has scripts")
  func features() {
    #expect(Set(Self.scripts.compactMap { $0.split(separator: "/").first }).count >= 10)
  }
}

/// One session, and what each entry shows in it.
private final class CorpusSession: Sendable {
  private let shown = Mutex("")

  private let home: String
  private let runner = Mutex<Runner?>(nil)

  init(home: String) { self.home = home }

  /// Runs an entry; gives the text that a person would see, without progress.
  func run(_ source: String, number: Int) async -> String {
    let runner = session
    shown.withLock { $0 = "" }
    let (script, problems) = await runner.prepare(SourceFile(.cell(number), source))
    for problem in problems { add(problem.plainText) }
    if let script, case .failed(let problem) = await runner.run(script, asCell: number) {
      add(problem.plainText)
    }
    return shown.withLock { $0 }
  }

  /// Runs an entry as if it came next, and goes back to what was before it; gives what it showed.
  func runAside(_ source: String) async -> String {
    let snapshot = await session.snapshot()
    let text = await run(source, number: 1)
    try? await session.restore(snapshot)
    return text
  }

  private var session: Runner {
    if let runner = runner.withLock({ $0 }) { return runner }
    let made = Runner(resources: Resources(executable: "", home: home)) { [self] in add($0) }
    runner.withLock { $0 = made }
    return made
  }

  private func add(_ text: String) { shown.withLock { $0 += text } }

  private func add(_ event: RunEvent) {
    switch event {
    case .printed(let line): add(line + "\n")
    case .shown(.report(let report)): add(report.plainText)
    case .shown(.generated(let text)): add(text)
    case .shown(.progressEnded(let summary?)): add(summary + "\n")
    case .value(let value): add(value.source + "\n")
    case .problem(let problem): add(problem.plainText)
    case .cell, .result, .shown: break
    }
  }
}

/// The lines that errors say to try.
private enum TryLines {
  /// Those of a text that was shown, without what is remarked on them; lines of the shell are left out.
  static func of(_ shown: String) -> [String] {
    shown.split(separator: "\n").filter { $0.hasPrefix("  try: ") }.map { line in
      let text = line.dropFirst("  try: ".count)
      return String(text.firstRange(of: "      ").map { text[..<$0.lowerBound] } ?? text)
    }.filter { !$0.hasPrefix("ft ") && !$0.hasPrefix(":") }
  }

  /// Whether two texts begin with the same error.
  static func isSameError(_ first: String, _ second: String) -> Bool {
    let heads = [first, second].map { text in
      text.split(separator: "\n").first { $0.hasPrefix("error[") }
    }
    return heads[0] != nil && heads[0] == heads[1]
  }
}

/// Some lines of a script, and what they must show.
private struct CorpusEntry {
  /// Where it begins, from 1.
  let line: Int
  private(set) var source = ""
  private var expectations: [String] = []

  private static let lineMark = "# expect:"
  private static let errorMark = "# expect error "

  static func all(in text: String) -> [CorpusEntry] {
    var entries: [CorpusEntry] = []
    var current = CorpusEntry(line: 1)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("# expect") {
        current.expectations.append(String(line))
      } else {
        if !current.expectations.isEmpty {
          entries.append(current)
          current = CorpusEntry(line: index + 1)
        }
        current.source += line + "\n"
      }
    }
    if !current.expectations.isEmpty || current.source.contains(where: { !$0.isWhitespace }) {
      entries.append(current)
    }
    return entries
  }

  /// The entry as it stands in its file.
  var text: String { source + expectations.map { $0 + "\n" }.joined() }

  /// The entry with other expectations.
  func text(expecting shown: String) -> String {
    source + Self.lines(shown).map { "\(Self.lineMark)\($0.isEmpty ? "" : " ")\($0)\n" }.joined()
  }

  private static func lines(_ shown: String) -> [String] {
    var lines = shown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// Whether each line that was shown is the one expected, and none is missing.
  func agrees(with shown: String) -> Bool {
    var rest = Self.lines(shown)[...]
    for expectation in expectations {
      guard let line = rest.popFirst() else { return false }
      if expectation.hasPrefix(Self.errorMark) {
        let parts = expectation.dropFirst(Self.errorMark.count).split(separator: ": ", maxSplits: 1)
        guard parts.count == 2, Self.fits(line, "error[\(parts[0])]: \(parts[1])") else {
          return false
        }
        rest = rest.drop { $0.hasPrefix("  ") }
      } else {
        let wanted = expectation.dropFirst(Self.lineMark.count)
        guard Self.fits(line, String(wanted.first == " " ? wanted.dropFirst() : wanted)) else {
          return false
        }
      }
    }
    return rest.isEmpty
  }

  /// Whether a line is the one expected, in which `…` stands for any letters.
  private static func fits(_ line: String, _ expected: String) -> Bool {
    let pieces = expected.split(separator: "…", omittingEmptySubsequences: false)
    guard pieces.count > 1, let first = pieces.first, let last = pieces.last else {
      return line == expected
    }
    guard line.hasPrefix(first), line.hasSuffix(last), line.count >= first.count + last.count
    else { return false }
    var rest = line.dropFirst(first.count).dropLast(last.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}
