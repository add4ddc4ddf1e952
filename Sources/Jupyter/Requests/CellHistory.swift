import Foundation
import Serialization
import Synchronization
import Terminal

/// What was entered, in this session and, at the prompt or in a kernel, before it.
final class CellHistory: Sendable {
  private struct Entry {
    let session: Int
    let line: Int
    let text: String
    /// The cell's value as text, where it had one.
    var value: String?
  }

  /// What was there before counts as one session.
  private static let earlierSession = 1
  private static let ownSession = 2

  private let file: HistoryFile?
  private let entries: Mutex<[Entry]>

  /// - Parameter file: what is kept between sessions; nil to keep nothing.
  init(_ file: HistoryFile?) {
    self.file = file
    let earlier = (try? file?.load()) ?? []
    entries = Mutex(
      earlier.enumerated().map { index, entry in
        Entry(session: Self.earlierSession, line: index + 1, text: entry.text)
      })
  }

  /// Adds a cell.
  func add(_ text: String, number: Int, value: String?) {
    guard !text.allSatisfy(\.isWhitespace) else { return }
    entries.withLock {
      $0.append(Entry(session: Self.ownSession, line: number, text: text, value: value))
    }
    let entry = HistoryEntry(
      text: text, time: Int(Date().timeIntervalSince1970),
      folder: FileManager.default.currentDirectoryPath)
    // Cells run without a history too.
    try? file?.append(entry)
  }

  /// Answers a request for the last entries, for some by number, or for those of a pattern.
  func reply(to asked: JSONObject) -> JSONObject {
    let withOutput = asked["output"]?.bool ?? false
    let found = entries.withLock { Self.found(in: $0, asked) }
    let history = found.map { entry -> JSONValue in
      let text = JSONValue.string(entry.text)
      let value = entry.value.map { JSONValue.string($0) } ?? .null
      return [
        .integer(entry.session), .integer(entry.line), withOutput ? [text, value] : text,
      ]
    }
    return ["status": "ok", "history": .array(history)]
  }

  private static func found(in entries: [Entry], _ asked: JSONObject) -> [Entry] {
    let most = asked["n"]?.int.map { max(0, $0) } ?? .max
    switch asked["hist_access_type"]?.string {
    case "range":
      let number = asked["session"]?.int ?? 0
      // Numbers from zero down count back from this session.
      let session = number > 0 ? number : ownSession + max(number, -ownSession)
      let start = asked["start"]?.int ?? 0
      let stop = asked["stop"]?.int ?? .max
      return entries.filter { $0.session == session && $0.line >= start && $0.line < stop }
    case "search":
      let pattern = asked["pattern"]?.string ?? "*"
      var found = entries.filter { TextPattern(pattern).matches($0.text) }
      if asked["unique"]?.bool ?? false {
        var seen: Set<String> = []
        found = found.reversed().filter { seen.insert($0.text).inserted }.reversed()
      }
      return found.suffix(most)
    default: return entries.suffix(most)
    }
  }
}

/// A pattern of a whole text, in which `*` stands for any characters and `?` for one.
struct TextPattern {
  private let pattern: [Character]

  init(_ pattern: String) { self.pattern = Array(pattern) }

  /// Whether the text is one of the pattern's.
  func matches(_ text: String) -> Bool {
    let text = Array(text)
    var (place, here) = (0, 0)
    // Where the last `*` stands, and how far the text was that it took.
    var star: (pattern: Int, text: Int)?
    while here < text.count {
      if place < pattern.count, pattern[place] == "*" {
        star = (place, here)
        place += 1
      } else if place < pattern.count, pattern[place] == "?" || pattern[place] == text[here] {
        (place, here) = (place + 1, here + 1)
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        (place, here) = (last.pattern + 1, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == "*" }
  }
}
