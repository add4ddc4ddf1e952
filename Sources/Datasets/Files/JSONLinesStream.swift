import Foundation
import Inflation
import Parquet

/// Reads JSON Lines block by block: beside the rows, a block of the file is in memory, and a line that
/// is longer.
struct JSONLinesStream {
  let name: String
  let options: DatasetFile.Options
  /// How many bytes are read at once.
  var blockSize = 4 << 20

  /// What has to be seen of a file to tell what it is, where blocks are no smaller.
  private static let headSize = 64 << 10

  /// Returns the rows of a file of `size` bytes; nil where it has to be read whole to be understood:
  /// other formats, packed files, rows over several lines, and lines that do not end with LF.
  ///
  /// `progress` is told the share that was read.
  func rows(
    of file: FileHandle, size: Int, progress: (Double) -> Void
  ) throws(DatasetError) -> LoadedRows? {
    var pending = try read(file, min(Self.headSize, blockSize))
    guard isStream(pending) else { return nil }
    var rows = LoadedRows()
    var (passed, done) = (0, pending.count)
    var isFirst = true
    while true {
      let block = try read(file, blockSize)
      pending += block
      done += block.count
      guard let end = block.isEmpty ? pending.count : Self.lastLineEnd(in: pending) else {
        continue
      }
      guard done <= options.sizeLimit else {
        throw .tooLarge(path: name, bytes: done, limit: options.sizeLimit)
      }
      let lines = TextLines(Array(pending[..<end]), file: name, isRest: !isFirst)
      if isFirst, lines.hasByteOrderMark { rows.notes.append(.byteOrderMark) }
      isFirst = false
      passed += add(lines, after: passed, to: &rows)
      pending.removeSubrange(..<end)
      progress(min(1, Double(done) / Double(max(1, size))))
      if block.isEmpty { return rows }
    }
  }

  /// Adds the rows of some lines; returns how many lines these are.
  func add(_ lines: TextLines, after passed: Int, to rows: inout LoadedRows) -> Int {
    var reader = JSONRowReader(lines: lines, options: options)
    // Exchanged, not copied.
    swap(&reader.rows, &rows)
    let count = JSONLines(lines: lines, options: options).read(into: &reader, after: passed)
    swap(&reader.rows, &rows)
    return count
  }

  /// Whether a file that begins so is JSON Lines, and each row of it can be read by itself.
  private func isStream(_ head: [UInt8]) -> Bool {
    guard !GzipFile.begins(head), !Zstandard.begins(head), !ParquetFile.begins(head),
      ForeignFile.name(head) == nil,
      let end = Self.lastLineEnd(in: head)
    else { return false }
    let lines = TextLines(Array(head[..<end]), file: name)
    return !lines.isBlank(lines.bytes.indices)
      && (options.format ?? FileFormat(lines)) == .jsonLines
      && JSONLines(lines: lines, options: options).rowOverSeveralLines() == nil
  }

  private static func lastLineEnd(in bytes: [UInt8]) -> Int? {
    bytes.lastIndex(of: TextLines.lineFeed).map { $0 + 1 }
  }

  private func read(_ file: FileHandle, _ count: Int) throws(DatasetError) -> [UInt8] {
    do { return [UInt8](try file.read(upToCount: count) ?? Data()) } catch {
      throw .unreadable(path: name)
    }
  }
}
