import Datasets
import Foundation
import Reporting
import Testing

/// Rows of Parquet files are those of the same lines of JSON.
@Suite("Parquet files as rows") struct ParquetRowsTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("ParquetTests/Fixtures").path

  static func load(_ name: String, fields: RowShape? = nil) throws(DatasetError) -> Dataset {
    var options = DatasetFile.Options()
    options.fields = fields
    return try DatasetFile(options).load(path: "\(folder)/\(name)")
  }

  @Test(arguments: ["plain", "polars", "fastparquet", "duckdb", "zstd-2"])
  func areThoseOfLines(name: String) throws {
    let (rows, lines) = (try Self.load("\(name).parquet"), try Self.load("\(name).jsonl"))
    #expect(rows.examples == lines.examples && rows.shape == lines.shape)
    #expect(rows.format == .parquet && rows.notes == lines.notes)
  }

  @Test func labelsHaveTheirNames() throws {
    let problems = #expect(throws: DatasetError.self) { try Self.load("labels.parquet") }
    // The last row's label is not known, which datasets writes as -1.
    #expect(problems?.diagnostic.plainText.contains("labels.parquet:3:") == true)
    var options = DatasetFile.Options()
    options.badRows = .skip
    let rows = try DatasetFile(options).load(path: "\(Self.folder)/labels.parquet")
    #expect(
      rows.examples.map(\.content) == [
        .labelled(text: "warm", label: "good"), .labelled(text: "cold", label: "bad"),
      ])
  }

  @Test func aRowThatCannotBeUsedIsShownAsALine() {
    let error = #expect(throws: DatasetError.self) { try Self.load("nested.parquet") }
    let text = error?.diagnostic.plainText ?? ""
    #expect(text.contains("nested.parquet:2:13") && text.contains("{\"messages\":[]"), "\(text)")
  }

  @Test func aFileWithoutRowsSaysSo() {
    #expect(throws: DatasetError.empty(file: "no-rows.parquet")) {
      try Self.load("no-rows.parquet")
    }
  }

  @Test func damageSaysWhere() {
    let bytes = Array("PAR1 and nothing more PAR1".utf8)
    let expected = DatasetError.damagedParquet(file: "a.parquet", part: "the footer")
    #expect(throws: expected) { try DatasetFile().parse(bytes, name: "a.parquet") }
  }
}

/// Files that zstd made are read as what they hold.
@Suite("Zstandard files") struct ZstandardTests {
  /// `{"text":"one"}` and a line end, as zstd packs them.
  static let one: [UInt8] =
    [40, 181, 47, 253, 32, 15, 121, 0, 0] + Array("{\"text\":\"one\"}\n".utf8)

  @Test func areReadByWhatTheyHold() throws {
    let dataset = try DatasetFile().parse(Self.one + Self.one, name: "rows.jsonl.zst")
    #expect(dataset.examples.map(\.content) == [.text("one"), .text("one")])
  }

  @Test func areRefusedWhereTheyAreCutShort() {
    for end in 4..<Self.one.count {
      #expect(throws: DatasetError.damagedPacking(file: "a", by: "zstd")) {
        try DatasetFile().parse(Array(Self.one.prefix(end)), name: "a")
      }
    }
  }

  @Test func holdNoMoreThanIsRead() {
    var options = DatasetFile.Options()
    options.sizeLimit = 10
    #expect(throws: DatasetError.tooLargeWithin(file: "a", limit: 10)) {
      try DatasetFile(options).parse(Self.one, name: "a")
    }
  }
}
