import Inflation
import Parquet

/// Reads files of examples; what a file is, its content tells.
package struct DatasetFile: Sendable {
  /// What was asked for.
  package let options: Options

  /// What may be asked about the reading of a file.
  package struct Options: Hashable, Sendable {
    /// Whether one bad row refuses the file.
    package var badRows: BadRowPolicy = .refuse
    /// Which columns or keys to read; nil takes the first pair of known names.
    package var fields: RowShape?
    /// How the file is written; nil tells it by content.
    package var format: FileFormat?
    /// Largest file that is read, in bytes.
    package var sizeLimit = 2 << 30
    /// Longest line of JSON Lines, in bytes.
    package var lineLimit = 64 << 20

    package init() {}
  }

  /// What to do with a file some of whose rows cannot be used.
  package enum BadRowPolicy: Hashable, Sendable {
    /// Any bad row refuses the file.
    case refuse
    /// Bad rows are left out and counted.
    case skip
  }

  package init(_ options: Options = Options()) {
    self.options = options
  }

  /// Reads the file at `path`: JSON Lines block by block, so that beside the rows little is in memory,
  /// other files whole.
  ///
  /// `progress` is told the share of JSON Lines that was read.
  package func load(
    path: String, progress: (Double) -> Void = { _ in }
  ) throws(DatasetError) -> Dataset {
    try load(path: path, blockSize: nil, progress: progress)
  }

  /// Reads a file in blocks of a size, the usual one when it is nil.
  func load(
    path: String, blockSize: Int?, progress: (Double) -> Void
  ) throws(DatasetError) -> Dataset {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let (file, size) = try DataFileBytes.open(path: path, limit: options.sizeLimit)
    var stream = JSONLinesStream(name: name, options: options)
    if let blockSize { stream.blockSize = blockSize }
    if let rows = try stream.rows(of: file, size: size, progress: progress) {
      return try finish(rows, format: .jsonLines, name: name)
    }
    return try parse(try DataFileBytes.read(path: path, limit: options.sizeLimit), name: name)
  }

  /// Reads the contents of a file named `name`, widened where they are those of a packed file.
  ///
  /// - Throws: ``DatasetError/notText(file:found:)``, ``DatasetError/empty(file:)``, an error of
  ///   the columns, or ``DatasetError/badRows(file:rows:_:)`` with the problems of all rows.
  package func parse(_ contents: [UInt8], name: String) throws(DatasetError) -> Dataset {
    let contents = try widened(contents, name: name)
    if ParquetFile.begins(contents) {
      let rows = try ParquetRows(name: name, options: options).rows(of: contents)
      return try finish(rows, format: .parquet, name: name)
    }
    if let found = ForeignFile.name(contents) { throw .notText(file: name, found: found) }
    let lines = TextLines(contents, file: name)
    guard !lines.isBlank(lines.bytes.indices) else { throw .empty(file: name) }
    let format = options.format ?? FileFormat(lines)
    var rows: LoadedRows
    switch format {
    case .jsonLines: rows = JSONLines(lines: lines, options: options).rows()
    case .jsonArray: rows = JSONArrayFile(lines: lines, options: options).rows()
    case .delimited: rows = try DelimitedText(lines, options: options).rows()
    // Told by its bytes, never by its name.
    case .plainText, .parquet: rows = PlainText(lines).rows()
    }
    if lines.hasByteOrderMark { rows.notes.insert(.byteOrderMark, at: 0) }
    return try finish(rows, format: format, name: name)
  }

  private func widened(_ contents: [UInt8], name: String) throws(DatasetError) -> [UInt8] {
    let isGzip = GzipFile.begins(contents)
    guard isGzip || Zstandard.begins(contents) else { return contents }
    do throws(InflationError) {
      return isGzip
        ? try GzipFile.whole(contents, limit: options.sizeLimit)
        : try Zstandard.whole(contents[...], limit: options.sizeLimit)
    } catch {
      switch error {
      case .damaged: throw .damagedPacking(file: name, by: isGzip ? "gzip" : "zstd")
      case .tooLarge(let limit): throw .tooLargeWithin(file: name, limit: limit)
      }
    }
  }

  /// Applies the policy for bad rows.
  private func finish(
    _ rows: LoadedRows, format: FileFormat, name: String
  ) throws(DatasetError) -> Dataset {
    let total = rows.examples.count + rows.problems.count
    guard total > 0 else { throw .empty(file: name) }
    if !rows.problems.isEmpty, options.badRows == .refuse {
      throw .badRows(file: name, rows: total, rows.problems)
    }
    guard let shape = rows.shape, !rows.examples.isEmpty else {
      throw .noGoodRows(file: name, rows.problems)
    }
    var notes = rows.notes
    if !rows.ignoredFields.isEmpty {
      let count = rows.examples.count
      notes.append(
        .ignoredFields(
          rows.ignoredFields.sorted { $0.key < $1.key }.map { key, found in
            found == count ? key : "\(key) (\(found) \(found == 1 ? "row" : "rows"))"
          }))
    }
    if !rows.problems.isEmpty { notes.append(.skippedRows(rows.problems.count)) }
    return Dataset(
      file: name, format: format, shape: shape, examples: rows.examples, notes: notes,
      skipped: rows.problems)
  }
}

/// What a reader found, before the policy for bad rows is applied.
struct LoadedRows {
  var shape: RowShape?
  var examples: [Example] = []
  var problems = ProblemList()
  var notes: [DatasetNote] = []
  /// The keys or columns that nothing is made of, and in how many rows each is.
  var ignoredFields: [String: Int] = [:]
}
