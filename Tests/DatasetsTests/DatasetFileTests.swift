import Datasets
import Foundation
import Testing

@Suite("DatasetFile") struct DatasetFileTests {
  private static let row = #"{"text":"zeile\u2028eins"}"#

  @Test("line ends and a byte order mark do not change the rows", arguments: ["\n", "\r\n", "\r"])
  func lineEnds(end: String) throws {
    let plain = try load(#"{"text":"a"}"# + "\n" + #"{"text":"b"}"#)
    let text = #"{"text":"a"}"# + end + #"{"text":"b"}"# + end
    #expect(try load(text).examples == plain.examples)
    let marked = try load("\u{FEFF}" + text)
    #expect(marked.examples == plain.examples)
    #expect(marked.notes == [.byteOrderMark])
  }

  @Test(
    "a bad byte is found with its line and column",
    arguments: [
      [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
    ] as [[UInt8]])
  func badUTF8(bytes: [UInt8]) throws {
    let start = Array("{\"text\":\"a\"}\n{\"text\":\"é".utf8)
    let found = refusal(start + bytes + Array("\"}\n".utf8))
    #expect(found.map(\.reason) == [.invalidUTF8(byte: bytes[0])])
    #expect(found.map(\.place) == ["a.jsonl:2:11"])
  }

  @Test func aZeroByteIsFound() {
    let found = refusal(Array("one\ntwo\0three".utf8), name: "a.txt")
    #expect(found.map(\.reason) == [.zeroByte])
    #expect(found.map(\.place) == ["a.txt:2:4"])
  }

  @Test(
    "files that are no UTF-8 text are named",
    arguments: [
      ([0xFF, 0xFE, 0x7B, 0x00], "UTF-16 text"), ([0x7B, 0x00, 0x22, 0x00], "UTF-16 text"),
      ([0x50, 0x4B, 0x03, 0x04], "a zip file"),
    ] as [([UInt8], String)])
  func foreignFile(bytes: [UInt8], name: String) {
    #expect(throws: DatasetError.notText(file: "a", found: name)) {
      try DatasetFile().parse(bytes, name: "a")
    }
  }

  @Test("files without rows are refused", arguments: ["", "\n \n", "\u{FEFF}", "[]"])
  func empty(text: String) {
    #expect(throws: DatasetError.empty(file: "rows.jsonl")) { try load(text) }
  }

  @Test func textIsOneDocumentUnlessSeparated() throws {
    let one = try load("a\n\nb\r\nc\n", name: "a.txt")
    #expect(one.examples == [Example(.text("a\n\nb\nc"), line: 1)])
    #expect(one.shape == .document)
    let two = try load("a\nb\n<|endoftext|>\n\n<|endoftext|>\nc\n", name: "a.txt")
    #expect(two.examples == [Example(.text("a\nb"), line: 1), Example(.text("c"), line: 6)])
  }

  @Test(
    "content tells the format, not the name",
    arguments: [
      (#"{"text":"a"}"#, "a.txt", FileFormat.jsonLines),
      (#" [ {"text":"a"}]"#, "a.jsonl", .jsonArray),
      ("text,label\na,b\n", "a.txt", .delimited), ("prompt\tcompletion\na\tb\n", "a", .delimited),
      ("[Scene 1] Enter a king.", "play", .plainText), ("{curly} words", "a.md", .plainText),
      ("text\nonly\n", "a.csv", .delimited),
    ])
  func format(text: String, name: String, format: FileFormat) throws {
    #expect(try load(text, name: name).format == format)
  }

  @Test func readsAFileAndNamesItWithoutItsFolder() throws {
    try withFolder { folder in
      let path = folder.appendingPathComponent("rows.jsonl").path
      try #"{"text":"a"}"#.write(toFile: path, atomically: true, encoding: .utf8)
      let dataset = try DatasetFile().load(path: path)
      #expect(dataset.file == "rows.jsonl")
      #expect(dataset.examples.count == 1)
      var options = DatasetFile.Options()
      options.sizeLimit = 11
      #expect(throws: DatasetError.tooLarge(path: path, bytes: 12, limit: 11)) {
        try DatasetFile(options).load(path: path)
      }
    }
  }

  @Test func whatIsNoRegularFileIsRefused() throws {
    try withFolder { folder in
      let path = folder.path
      #expect(throws: DatasetError.notAFile(path: path)) { try DatasetFile().load(path: path) }
      let loop = folder.appendingPathComponent("loop").path
      try FileManager.default.createSymbolicLink(atPath: loop, withDestinationPath: loop)
      #expect(throws: DatasetError.self) { try DatasetFile().load(path: loop) }
      #expect(throws: DatasetError.notFound(path: path + "/none")) {
        try DatasetFile().load(path: path + "/none")
      }
    }
    #expect(throws: DatasetError.notAFile(path: "/dev/zero")) {
      try DatasetFile().load(path: "/dev/zero")
    }
    #expect(throws: DatasetError.zeroInPath) { try DatasetFile().load(path: "a\0.jsonl") }
  }

  private func refusal(_ bytes: [UInt8], name: String = "a.jsonl") -> [DatasetProblem] {
    do {
      _ = try DatasetFile().parse(bytes, name: name)
      return []
    } catch .badRows(_, _, let problems) {
      return problems.shown
    } catch {
      return []
    }
  }

  private func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("datasets-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }
}
