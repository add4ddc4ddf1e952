import Datasets
import Foundation
import Reporting
import TestSupport
import Testing

/// Files that gzip made: read as what they hold.
@Suite("Gzip files") struct GzipTests {
  @Test("are read by what they hold") func reads() throws {
    let bytes = try Self.gzipped("{\"text\":\"one\"}\n{\"text\":\"two\"}\n")
    let dataset = try DatasetFile().parse(bytes, name: "rows.jsonl.gz")
    #expect(dataset.examples.map(\.content) == [.text("one"), .text("two")])
    #expect(dataset.format == .jsonLines && dataset.file == "rows.jsonl.gz")
  }

  @Test("are told by their content, and their inner ending", arguments: ["a.csv.gz", "a.gz", "a"])
  func ending(name: String) throws {
    let bytes = try Self.gzipped("text,label\nfine,good\n")
    #expect(try DatasetFile().parse(bytes, name: name).format == .delimited)
  }

  @Test("may have several members, and zeros after the last") func members() throws {
    let bytes =
      try Self.gzipped("{\"text\":\"one\"}\n") + Self.gzipped("{\"text\":\"two\"}\n")
      + [0, 0, 0]
    #expect(try DatasetFile().parse(bytes, name: "a.gz").examples.count == 2)
  }

  @Test("are long ones widened piece by piece") func long() throws {
    let line = "{\"text\":\"a line that comes again and again\"}\n"
    let bytes = try Self.gzipped(String(repeating: line, count: 20_000))
    #expect(try DatasetFile().parse(bytes, name: "a.gz").examples.count == 20_000)
    var options = DatasetFile.Options()
    options.sizeLimit = 10_000
    #expect(throws: DatasetError.tooLargeWithin(file: "a.gz", limit: 10_000)) {
      try DatasetFile(options).parse(bytes, name: "a.gz")
    }
  }

  @Test("are refused where they are damaged, cut short or followed by something else")
  func damaged() throws {
    let whole = try Self.gzipped("{\"text\":\"one\"}\n")
    var flipped = whole
    flipped[whole.count - 6] ^= 0xFF
    for bytes in (2..<whole.count).map({ Array(whole.prefix($0)) }) + [flipped, whole + [7]] {
      #expect(throws: DatasetError.damagedPacking(file: "a.gz", by: "gzip")) {
        try DatasetFile().parse(bytes, name: "a.gz")
      }
    }
  }

  @Test("a place is that in what the file holds") func place() throws {
    let bytes = try Self.gzipped("{\"text\":\"one\"}\n{\"text\":2}\n")
    #expect {
      _ = try DatasetFile().parse(bytes, name: "rows.jsonl.gz")
    } throws: { error in
      guard case DatasetError.badRows(_, _, let problems) = error else { return false }
      return problems.shown.map(\.place) == ["rows.jsonl.gz:2:9"]
    }
  }

  @Test(
    "files that need another program say which",
    arguments: [
      ("rows.parquet", Array("PARE\0\0\0\0\0\0\0\0PARE".utf8), "read_parquet"),
      ("it's.zst", [0x28, 0xB5, 0x2F, 0xFD], #"zstd -t 'it'\''s.zst'"#),
      ("rows.zip", [0x50, 0x4B, 0x03, 0x04], "unzip rows.zip"),
    ] as [(String, [UInt8], String)])
  func other(name: String, bytes: [UInt8], hint: String) {
    do {
      _ = try DatasetFile().parse(bytes, name: name)
      Issue.record("\(name) was read")
    } catch {
      let text = error.diagnostic.plainText
      #expect(text.contains(hint), "\(text)")
    }
  }

  /// A text as the system's gzip makes it.
  static func gzipped(_ text: String) throws -> [UInt8] { try gzipped(Array(text.utf8)) }

  /// Bytes as the system's gzip packs them.
  static func gzipped(_ bytes: [UInt8]) throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.path + "/rows"
    try folder.put("rows", bytes)
    let process = Process()
    process.executableURL = URL(filePath: "/bin/gzip")
    process.arguments = ["-n", path]
    try process.run()
    process.waitUntilExit()
    return [UInt8](try Data(contentsOf: URL(filePath: path + ".gz")))
  }
}
