import Foundation
import Terminal
import TestSupport
import Testing

@Suite("HistoryFile") struct HistoryFileTests {
  private func entry(_ text: String) -> HistoryEntry {
    HistoryEntry(text: text, time: 1_700_000_000, folder: "/tmp/λ")
  }

  private func withHistory(limit: Int = 10_000, _ body: (HistoryFile) throws -> Void) throws {
    try withTemporaryFolder { try body(HistoryFile(path: $0 + "/history", limit: limit)) }
  }

  @Test("brings back entries of several lines with their time and folder")
  func roundTrip() throws {
    try withHistory { history in
      #expect(try history.load().isEmpty)
      let entries = [entry("train {\n  eval \"λ\\\"\"\n}"), entry("plot")]
      for entry in entries { try history.append(entry) }
      #expect(try history.load() == entries)
      let lines = try String(contentsOfFile: history.path, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines.last == #"{"folder":"/tmp/λ","text":"plot","time":1700000000}"#)
    }
  }

  @Test("leaves out entries that begin with a space, and empty ones")
  func secrets() throws {
    try withHistory { history in
      try history.append(entry(" set token abc"))
      try history.append(entry(""))
      #expect(!FileManager.default.fileExists(atPath: history.path))
    }
  }

  @Test("only the owner may read the file, also when it was open to all")
  func permissions() throws {
    try withHistory { history in
      try Data().write(to: URL(fileURLWithPath: history.path))
      chmod(history.path, 0o666)
      try history.append(entry("plot"))
      let attributes = try FileManager.default.attributesOfItem(atPath: history.path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("survives a line that a crash cut short, and bytes that are no JSON")
  func torn() throws {
    try withHistory { history in
      try history.append(entry("one"))
      let file = try #require(FileHandle(forWritingAtPath: history.path))
      try file.seekToEnd()
      try file.write(contentsOf: Data([0xFF, 0x00, 0x0A] + Array(#"{"text":"tw"#.utf8)))
      try file.close()
      try history.append(entry("three"))
      #expect(try history.load().map(\.text) == ["one", "three"])
    }
  }

  @Test("of equal texts the last one counts")
  func unique() throws {
    try withHistory { history in
      for text in ["a", "b", "a", "c", "b"] { try history.append(entry(text)) }
      #expect(try history.load().map(\.text) == ["a", "c", "b"])
    }
  }

  @Test("is trimmed to its limit once it has twice as many, and no draft is left")
  func trimmed() throws {
    try withHistory(limit: 4) { history in
      for number in 0..<8 { try history.append(entry("e\(number)")) }
      #expect(try history.load().map(\.text) == ["e4", "e5", "e6", "e7"])
      let lines = try String(contentsOfFile: history.path, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 4)
      let folder = URL(fileURLWithPath: history.path).deletingLastPathComponent().path
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["history"])
    }
  }

  @Test("loses nothing when several write and one of them trims")
  func concurrent() throws {
    try withHistory(limit: 200) { history in
      DispatchQueue.concurrentPerform(iterations: 4) { writer in
        for number in 0..<50 {
          try? history.append(self.entry("\(writer)-\(number)"))
          if writer == 0 { _ = try? history.load() }
        }
      }
      let texts = try history.load().map(\.text)
      #expect(Set(texts).count == 200)
    }
  }

  @Test("says which file cannot be used, and why")
  func refused() throws {
    try withTemporaryFolder { folder in
      #expect(throws: TerminalError.historyFailed(path: folder, code: EISDIR)) {
        try HistoryFile(path: folder).append(entry("a"))
      }
      mkfifo(folder + "/pipe", 0o600)
      #expect(throws: TerminalError.historyFailed(path: folder + "/pipe", code: EINVAL)) {
        _ = try HistoryFile(path: folder + "/pipe").load()
      }
    }
  }
}
