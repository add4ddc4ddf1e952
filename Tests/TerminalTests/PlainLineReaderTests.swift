import Foundation
import Terminal
import TestSupport
import Testing

@Suite("PlainLineReader") struct PlainLineReaderTests {
  /// Entries go on while a bracket is open.
  private let rules = EntryRules(
    prompt: { $0.isEmpty ? "> " : "{ " },
    continuation: { text in
      let depth = text.filter { $0 == "{" }.count - text.filter { $0 == "}" }.count
      return depth > 0 ? 2 * depth : nil
    },
    completions: { _, _ in .none })

  /// All that a reader makes of a file of these bytes.
  private func inputs(of bytes: [UInt8], largestEntry: Int = 1 << 20) throws -> [LineInput] {
    try withTemporaryFolder { folder in
      let path = folder + "/input"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let file = open(path, O_RDONLY)
      defer { close(file) }
      let reader = PlainLineReader(
        descriptor: file, rules: rules, largestEntry: largestEntry)
      var inputs: [LineInput] = []
      while inputs.last != .end { inputs.append(try reader.next()) }
      return inputs
    }
  }

  @Test("joins the lines of an entry and counts them")
  func joins() throws {
    let text = "load model tiny\n\ntrain {\n  eval λ\n}\nlast"
    #expect(
      try inputs(of: Array(text.utf8)) == [
        .entry("load model tiny", firstLine: 1), .entry("", firstLine: 2),
        .entry("train {\n  eval λ\n}", firstLine: 3), .entry("last", firstLine: 6), .end,
      ])
  }

  @Test("hands over an entry that the end of the file cuts short")
  func cutShort() throws {
    #expect(try inputs(of: Array("a {\nb".utf8)) == [.entry("a {\nb", firstLine: 1), .end])
    #expect(try inputs(of: []) == [.end])
  }

  @Test("keeps every byte: tabs, zero bytes, carriage returns")
  func keepsBytes() throws {
    #expect(try inputs(of: Array("a\tb\0c\r\n".utf8)) == [.entry("a\tb\0c\r", firstLine: 1), .end])
  }

  /// Lone continuation, overlong, cut short, surrogate, beyond U+10FFFF: none is UTF-8.
  @Test(
    "names the offset of a byte that is not UTF-8",
    arguments: [
      [0x80], [0xC0, 0xAF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xFF],
    ] as [[UInt8]])
  func invalid(bytes: [UInt8]) {
    #expect(throws: TerminalError.invalidUTF8(offset: 6)) {
      try inputs(of: Array("ab\ncdλ".utf8.dropLast(2)) + [0x20] + bytes + [0x0A, 0x61])
    }
  }

  @Test("counts offsets across the blocks it reads")
  func farOffset() throws {
    let line = [UInt8](repeating: 0x61, count: 999) + [0x0A]
    let text = (0..<200).flatMap { _ in line }
    #expect(try inputs(of: text).count == 201)
    #expect(throws: TerminalError.invalidUTF8(offset: 200_003)) {
      try inputs(of: text + [0x61, 0x61, 0x61, 0xFE])
    }
  }

  @Test("refuses an entry beyond the limit before it fills the memory")
  func tooLong() {
    #expect(throws: TerminalError.entryTooLong(limit: 1000)) {
      try inputs(of: [UInt8](repeating: 0x61, count: 300_000), largestEntry: 1000)
    }
    #expect(throws: TerminalError.entryTooLong(limit: 1000)) {
      try inputs(of: Array(String(repeating: "{\n", count: 90_000).utf8), largestEntry: 1000)
    }
  }

  @Test("asks with the prompt of the entry as it stands")
  func prompts() throws {
    try withPipe { inputReader, inputWriter in
      try withPipe { promptReader, promptWriter in
        try TextStream(descriptor: inputWriter).write("a {\n}\n")
        let reader = PlainLineReader(
          descriptor: inputReader, rules: rules,
          promptStream: TextStream(descriptor: promptWriter))
        #expect(try reader.next() == .entry("a {\n}", firstLine: 1))
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(promptReader, &bytes, 100)
        #expect(String(decoding: bytes.prefix(count), as: UTF8.self) == "> { ")
      }
    }
  }
}
