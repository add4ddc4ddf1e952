import Serialization

/// Reads rows that are JSON objects, one a line.
struct JSONLines {
  let lines: TextLines
  let options: DatasetFile.Options

  /// Returns the rows and the problems of all lines; blank lines are passed over.
  func rows() -> LoadedRows {
    var reader = JSONRowReader(lines: lines, options: options)
    if let problem = rowOverSeveralLines() {
      reader.rows.problems.append(problem)
      return reader.rows
    }
    _ = read(into: &reader, after: 0)
    return reader.rows
  }

  /// Reads the lines, which stand after `passed` others in the file; returns how many they are.
  func read(into reader: inout JSONRowReader, after passed: Int) -> Int {
    var count = 0
    lines.forEachLine { number, range in
      count = number
      guard !lines.isBlank(range) else { return }
      guard range.count <= options.lineLimit else {
        let reason = ProblemReason.lineTooLong(bytes: range.count, limit: options.lineLimit)
        return reader.report(reason, at: range.lowerBound, line: passed + number)
      }
      reader.read(range, line: passed + number)
    }
    return count
  }

  /// Tells the common slip of a pretty-printed object, whose first line is only its beginning.
  func rowOverSeveralLines() -> DatasetProblem? {
    let (first, next) = lines.line(at: 0)
    let text = lines.bytes[first].filter { !($0 == 0x20 || $0 == 0x09) }
    guard next < lines.bytes.count, text.first == UInt8(ascii: "{"), let last = text.last,
      [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ",")].contains(last)
    else { return nil }
    // A comma after a whole row is a slip of its own, which the row's reader tells.
    if last == UInt8(ascii: ","), (try? JSONValue(parsing: Array(text.dropLast()))) != nil {
      return nil
    }
    if let whole = try? JSONValue(parsing: lines.bytes), let object = whole.object,
      let reason = JSONRow.wrapper(object)
    {
      return lines.problem(reason, at: first.lowerBound, line: 1)
    }
    return lines.problem(.rowOverSeveralLines, at: first.lowerBound, line: 1)
  }
}

/// Reads rows that are the elements of one JSON array.
struct JSONArrayFile {
  let lines: TextLines
  let options: DatasetFile.Options

  /// Returns the rows, each on the line where its element starts, and all problems.
  func rows() -> LoadedRows {
    var reader = JSONRowReader(lines: lines, options: options)
    reader.rows.notes.append(.arrayInsteadOfLines)
    var locator = JSONLocator(lines.bytes, in: lines.bytes.indices)
    var line = 1
    var counted = 0
    let (elements, comma) = locator.elements()
    for range in elements {
      line += lines.bytes[counted..<range.lowerBound].count { $0 == TextLines.lineFeed }
      counted = range.lowerBound
      reader.read(range, line: line)
    }
    if let comma {
      reader.rows.problems.append(
        lines.problem(.invalidJSON(detail: "a `,` right before `]`; remove the `,`"), at: comma))
    }
    checkEnd(after: locator.position, in: &reader)
    return reader.rows
  }

  /// Reports an array that is not closed, or text after it.
  private func checkEnd(after position: Int, in reader: inout JSONRowReader) {
    let tail = lines.bytes[position...]
    let closing = tail.first == UInt8(ascii: "]")
    let rest = closing ? tail.dropFirst().firstIndex { !TextLines.isBlank($0) } : position
    guard let rest else { return }
    // After a fault of syntax inside an element nobody knows where it was meant to end.
    guard !reader.rows.problems.shown.contains(where: \.reason.isSyntax) else { return }
    let detail =
      closing
      ? "after the `]` of the array I expected the end of the file"
      : "I expected `,` or `]` after an element of the array"
    reader.rows.problems.append(lines.problem(.invalidJSON(detail: detail), at: rest))
  }
}

/// Turns the JSON of one row after the other into examples, and sees that they are of one kind.
struct JSONRowReader {
  let lines: TextLines
  let options: DatasetFile.Options
  var rows = LoadedRows()

  /// Reads the row in `range`, which starts on `line`.
  mutating func read(_ range: Range<Int>, line: Int) {
    if let (offset, reason) = lines.firstBadByte(in: range) {
      return report(reason, at: offset, in: range, line: line)
    }
    do throws(JSONError) {
      let value = try JSONValue(parsing: Array(lines.bytes[range]))
      read(value, in: range, line: line)
    } catch {
      if error.offset > 0, isComma(at: range.lowerBound + error.offset, before: range.upperBound) {
        return report(.commaAfterRow, at: range.lowerBound + error.offset, in: range, line: line)
      }
      let offset = range.lowerBound + error.offset
      let hint = isRow(at: offset, in: range) ? "each row stands on a line of its own" : error.hint
      let detail = hint.map { "\(error.message); \($0)" } ?? error.message
      report(.invalidJSON(detail: detail), at: offset, in: range, line: line)
    }
  }

  /// Tells another row after the one that the text begins with.
  private func isRow(at offset: Int, in range: Range<Int>) -> Bool {
    guard offset < range.upperBound, lines.bytes[offset] == UInt8(ascii: "{") else { return false }
    return (try? JSONValue(parsing: Array(lines.bytes[range.lowerBound..<offset]))) != nil
  }

  /// Tells a comma that nothing follows.
  private func isComma(at offset: Int, before end: Int) -> Bool {
    offset < end && lines.bytes[offset] == UInt8(ascii: ",") && lines.isBlank(offset + 1..<end)
  }

  private mutating func read(_ value: JSONValue, in range: Range<Int>, line: Int) {
    do throws(RowFault) {
      let row = try JSONRow(value, fields: options.fields, after: rows.shape)
      let example = try row.example(line: line)
      if let shape = rows.shape, shape != row.shape {
        throw RowFault(.mixedShapes(found: row.shape, expected: shape))
      }
      rows.shape = row.shape
      for key in row.ignoredKeys(in: example) { rows.ignoredFields[key, default: 0] += 1 }
      rows.examples.append(example)
    } catch {
      var locator = JSONLocator(lines.bytes, in: range)
      report(error.reason, at: locator.offset(of: error.path), in: range, line: line)
    }
  }

  /// Counts a problem at an offset of a row, whose first line's number is known.
  private mutating func report(
    _ reason: ProblemReason, at offset: Int, in range: Range<Int>, line: Int
  ) {
    let passed = lines.bytes[range.lowerBound..<min(offset, range.upperBound)]
    report(reason, at: offset, line: line + passed.count { $0 == TextLines.lineFeed })
  }

  /// Counts a problem at an offset on the given line.
  mutating func report(_ reason: ProblemReason, at offset: Int, line: Int) {
    rows.problems.append(lines.problem(reason, at: offset, line: line))
  }
}

/// What is wrong inside a row, and the way to the value that is meant.
struct RowFault: Error, Hashable {
  let reason: ProblemReason
  let path: [JSONStep]

  init(_ reason: ProblemReason, at path: JSONStep...) {
    self.reason = reason
    self.path = path
  }

  init(_ reason: ProblemReason, path: [JSONStep]) {
    self.reason = reason
    self.path = path
  }
}
