import Foundation
import Serialization
import Testing

@testable import Parquet

/// Rows of files that pyarrow, datasets, polars, fastparquet and duckdb wrote, against what pyarrow
/// reads; `scripts/dev/fixtures/parquet.py` makes both.
@Suite struct ParquetFileTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  static var names: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".parquet") }.map { String($0.dropLast(8)) }.sorted()
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  static func rows(_ bytes: [UInt8], limit: Int = 1 << 24) throws(ParquetError) -> [JSONValue] {
    var (rows, result) = (try ParquetFile(bytes, limit: limit).rows(), [JSONValue]())
    while let row = try rows.next() { result.append(.object(row)) }
    return result
  }

  @Test(arguments: names) func aFileHasItsRows(name: String) throws {
    let lines = try Self.bytes("\(name).jsonl").split(separator: UInt8(ascii: "\n"))
    let expected = try lines.map { try JSONValue(parsing: Array($0)) }
    let rows = try Self.rows(try Self.bytes("\(name).parquet"))
    #expect(rows.count == expected.count)
    for (row, expected) in zip(rows, expected) { #expect(row == expected) }
  }

  @Test func everyFixtureIsThere() { #expect(Self.names.count == 22) }

  @Test func theEndTellsTheRowsBeforeTheyAreRead() throws {
    let file = try ParquetFile(try Self.bytes("plain.parquet"), limit: 1 << 24)
    #expect(file.rowCount == 40)
  }

  /// Bytes that are changed, and files that are cut short, are refused or read, and never a trap.
  @Test(arguments: ["nested-2", "scattered-1", "deltas", "kinds", "fastparquet"])
  func damagedBytesAreNoTrap(name: String) throws {
    let whole = try Self.bytes("\(name).parquet")
    for end in stride(from: 0, to: whole.count, by: 37) {
      #expect(throws: ParquetError.self) { try Self.rows(Array(whole[..<end])) }
    }
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
      }
      _ = try? Self.rows(bytes)
    }
  }

  @Test func whatIsNotReadIsNamed() throws {
    #expect(throws: ParquetError.unsupported("encryption")) {
      try Self.rows(Array("PARE\0\0\0\0\0\0\0\0PARE".utf8))
    }
    #expect(throws: ParquetError.unsupported("pages packed by Brotli")) { try Codec(4) }
    #expect(throws: ParquetError.tooLarge(limit: 8)) {
      try Self.rows(try Self.bytes("plain.parquet"), limit: 8)
    }
  }
}

@Suite struct CalendarTimeTests {
  @Test(arguments: [
    (0, "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (11_017, "2000-03-01"),
    (-719_529, "-0001-12-31"), (2_932_896, "9999-12-31"), (20_785, "2026-11-28"),
  ])
  func aDayHasItsDate(days: Int64, text: String) { #expect(CalendarTime.day(days) == text) }

  @Test func everyDayOfFourHundredYearsIsThatOfFoundation() {
    let format = Date.ISO8601FormatStyle().year().month().day()
    for days in stride(from: Int64(-100_000), through: 100_000, by: 7) {
      let date = Date(timeIntervalSince1970: Double(days) * 86_400)
      #expect(CalendarTime.day(days) == date.formatted(format))
    }
  }

  @Test func aTimeBeforeTheBeginningIsOfTheDayBefore() {
    #expect(CalendarTime.text(-1, perSecond: 1000, isUTC: true) == "1969-12-31T23:59:59.999Z")
    #expect(CalendarTime.text(.min, perSecond: 1_000_000_000, isUTC: false).hasPrefix("1677-"))
  }
}
