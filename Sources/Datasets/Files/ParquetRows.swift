import Parquet
import Serialization

/// Reads rows that are kept by column: each is written as a line of JSON and read as one, so that a row
/// means what it would in a file of lines, and its faults are shown in a line that can be seen.
struct ParquetRows {
  let name: String
  let options: DatasetFile.Options

  /// How much text is made before it is read.
  private static let blockSize = 4 << 20

  /// Returns the rows of a file's contents; the line of a row is its number, counted from one.
  func rows(of contents: [UInt8]) throws(DatasetError) -> LoadedRows {
    let stream = JSONLinesStream(name: name, options: options)
    var rows = LoadedRows()
    var (block, passed, size) = ([UInt8](), 0, 0)
    do throws(ParquetError) {
      var records = try ParquetFile(contents, limit: options.sizeLimit).rows()
      while true {
        let record = try records.next()
        if let record {
          block += JSONValue.object(record).text.utf8
          block.append(TextLines.lineFeed)
        }
        guard record == nil || block.count >= Self.blockSize else { continue }
        size += block.count
        guard size <= options.sizeLimit else { throw .tooLarge(limit: options.sizeLimit) }
        let lines = TextLines(block, file: name, isRest: passed > 0)
        passed += stream.add(lines, after: passed, to: &rows)
        block.removeAll(keepingCapacity: true)
        if record == nil { return rows }
      }
    } catch {
      switch error {
      case .damaged(let part): throw .damagedParquet(file: name, part: part)
      case .unsupported(let what): throw .unsupportedParquet(file: name, what: what)
      case .tooLarge(let limit): throw .tooLargeWithin(file: name, limit: limit)
      }
    }
  }
}
