/// Reads a table of examples: CSV and its kin, under a header row.
struct DelimitedText {
  private let lines: TextLines
  private let options: DatasetFile.Options
  /// The delimiter that the first records agree on.
  let delimiter: Delimiter

  init(_ lines: TextLines, options: DatasetFile.Options) {
    self.lines = lines
    self.options = options
    delimiter = Self.delimiter(of: lines)
  }

  /// Returns a column's name as it is looked up: trimmed, in small letters.
  static func name(_ header: String) -> String {
    let name = header.drop { $0.isWhitespace }
    return String(name.reversed().drop { $0.isWhitespace }.reversed()).lowercased()
  }

  /// Returns the rows.
  ///
  /// - Throws: ``DatasetError/unknownColumns(file:columns:suggestion:header:)`` or
  ///   ``DatasetError/missingColumn(file:name:columns:suggestion:header:)``.
  func rows() throws(DatasetError) -> LoadedRows {
    var reader = DelimitedReader(lines, delimiter: delimiter)
    var rows = LoadedRows()
    guard case .record(let header, let line)? = reader.next() else { return firstRecordFault() }
    let columns = header.map(Self.name)
    let place = lines.place(at: reader.recordStart, line: line)
    let table: ColumnMapping
    if let known = try ColumnMapping(columns, header: place, fields: options.fields) {
      table = known
    } else if let guess = HeaderlessTable(sample: sample(), columns: columns) {
      table = guess.mapping
      rows.notes.append(.noHeader(labels: guess.labelCount))
      reader = DelimitedReader(lines, delimiter: delimiter)
    } else {
      let suggestion = ColumnMapping.suggestion(columns: columns, sample: sample())
      throw .unknownColumns(
        file: lines.file, columns: header, suggestion: suggestion, header: place)
    }
    rows.shape = table.shape
    while let item = reader.next() { append(item, of: reader, table, to: &rows) }
    for column in table.ignored.keys { rows.ignoredFields[column] = rows.examples.count }
    return rows
  }

  private func append(
    _ item: DelimitedReader.Item, of reader: DelimitedReader, _ table: ColumnMapping,
    to rows: inout LoadedRows
  ) {
    switch item {
    case .fault(let reason, let offset, let line):
      rows.problems.append(lines.problem(reason, at: offset, line: line))
    case .record(let fields, let line):
      do throws(RowFault) {
        rows.examples.append(try table.example(of: fields, line: line))
      } catch {
        let place = reader.place(of: error)
        let passed = lines.bytes[reader.recordStart..<place].count { $0 == TextLines.lineFeed }
        rows.problems.append(lines.problem(error.reason, at: place, line: line + passed))
      }
    }
  }

  private func firstRecordFault() -> LoadedRows {
    var rows = LoadedRows()
    var reader = DelimitedReader(lines, delimiter: delimiter)
    if case .fault(let reason, let offset, let line)? = reader.next() {
      rows.problems.append(lines.problem(reason, at: offset, line: line))
    }
    return rows
  }

  /// The first records after the first, for guesses only.
  private func sample() -> [[String]] {
    Self.records(of: lines, delimiter: delimiter, limit: 2000)
  }

  private static func records(
    of lines: TextLines, delimiter: Delimiter, limit: Int
  ) -> [[String]] {
    var reader = DelimitedReader(lines, delimiter: delimiter)
    var records: [[String]] = []
    while records.count < limit, case .record(let fields, _)? = reader.next() {
      records.append(fields)
    }
    return records
  }

  /// Returns the delimiter that makes a known header of the first row, else the likeliest one.
  ///
  /// That is the one with which most of the first records have as many fields as the first, and
  /// more than one; a comma where none does, as in a table of one column. Tabs go first, being the
  /// rarest in text.
  private static func delimiter(of lines: TextLines) -> Delimiter {
    var best = (delimiter: Delimiter.comma, agreement: 0.0)
    for delimiter in [Delimiter.tab, .comma, .semicolon, .pipe] {
      let records = records(of: lines, delimiter: delimiter, limit: 50)
      guard let header = records.first, header.count > 1 else { continue }
      if KnownFields.shape(of: header.map(name)) != nil { return delimiter }
      let agreement = Double(records.count { $0.count == header.count }) / Double(records.count)
      if agreement > best.agreement { best = (delimiter, agreement) }
    }
    return best.delimiter
  }
}
