/// What stands between two fields of a row.
package enum Delimiter: UInt8, Hashable, Sendable, CaseIterable {
  case comma = 0x2C
  case tab = 0x09
  case semicolon = 0x3B
  case pipe = 0x7C
}

/// Reads records of delimited text, by RFC 4180.
///
/// A field that begins with `"` goes on to the closing quote, over delimiters and line ends; `""`
/// in it is one quote. Quotes further inside a field are ordinary. Where the delimiter is a tab,
/// a quote opens a field only if it closes on the same line, because many such files write bare
/// quotes. Blank lines are passed over.
struct DelimitedReader {
  /// A record, or what is wrong with it.
  enum Item: Equatable {
    case record([String], line: Int)
    case fault(ProblemReason, offset: Int, line: Int)
  }

  private let lines: TextLines
  private let delimiter: Delimiter
  private var offset: Int
  private let end: Int
  private var line = 1
  /// Where the record that was read last begins.
  private(set) var recordStart = 0
  /// Where its fields begin, and after them where it ends.
  private var fieldStarts: [Int] = []

  private static let quote = UInt8(ascii: "\"")

  init(_ lines: TextLines, delimiter: Delimiter, in range: Range<Int>? = nil) {
    self.lines = lines
    self.delimiter = delimiter
    let range = range ?? lines.bytes.indices
    offset = range.lowerBound
    end = range.upperBound
  }

  /// Returns the next record, or nil at the end.
  mutating func next() -> Item? {
    // A line that begins with a letter is not blank, so there is no need to look for its end.
    while offset < end, lines.bytes[offset] <= 0x20 {
      let (range, next) = lines.line(at: offset)
      guard lines.isBlank(range), !lines.bytes[range].contains(delimiter.rawValue) else { break }
      offset = next
      line += 1
    }
    return offset < end ? record() : nil
  }

  private mutating func record() -> Item {
    recordStart = offset
    fieldStarts.removeAll(keepingCapacity: true)
    let firstLine = line
    var fields: [String] = []
    while true {
      let bytes: ArraySlice<UInt8>
      fieldStarts.append(offset)
      switch field() {
      case .failure(let fault): return leave(fault, line: firstLine)
      case .success(let value): bytes = value
      }
      guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
        return leaveBadText(line: firstLine)
      }
      fields.append(text)
      guard offset < end, lines.bytes[offset] == delimiter.rawValue else { break }
      offset += 1
    }
    fieldStarts.append(offset)
    skipLineEnd()
    return .record(fields, line: firstLine)
  }

  /// Where a fault of the record that was read last is: its field, the first one too many, or, where
  /// there are too few, the record's end.
  func place(of fault: RowFault) -> Int {
    switch (fault.reason, fault.path.first) {
    case (.fieldCount(_, let expected), _):
      fieldStarts.dropLast().dropFirst(expected).first ?? fieldStarts.last ?? recordStart
    case (_, .index(let column)?) where fieldStarts.indices.contains(column): fieldStarts[column]
    default: recordStart
    }
  }

  /// What stops a record.
  private struct Fault: Error {
    let reason: ProblemReason
    let offset: Int
  }

  private mutating func field() -> Result<ArraySlice<UInt8>, Fault> {
    guard offset < end, lines.bytes[offset] == Self.quote, opensQuote() else {
      let start = offset
      while offset < end, !isFieldEnd(offset) { offset += 1 }
      return .success(lines.bytes[start..<offset])
    }
    return quotedField()
  }

  private mutating func quotedField() -> Result<ArraySlice<UInt8>, Fault> {
    let opening = offset
    // What stands before the last doubled quote; most fields have none and are not copied.
    var value: [UInt8] = []
    offset += 1
    var start = offset
    while let quote = lines.bytes[offset..<end].firstIndex(of: Self.quote) {
      offset = quote + 1
      guard offset < end, lines.bytes[offset] == Self.quote else {
        guard offset >= end || isFieldEnd(offset) else {
          return .failure(Fault(reason: .textAfterQuote, offset: offset))
        }
        let rest = lines.bytes[start..<quote]
        return .success(value.isEmpty ? rest : (value + rest)[...])
      }
      value += lines.bytes[start..<offset]
      offset += 1
      start = offset
    }
    offset = end
    return .failure(Fault(reason: .openQuote, offset: opening))
  }

  /// Tells whether the quote here opens a field; see the type for tabs.
  private func opensQuote() -> Bool {
    guard delimiter == .tab else { return true }
    let lineEnd = min(lines.line(at: offset).range.upperBound, end)
    var index = offset + 1
    while index < lineEnd {
      if lines.bytes[index] == Self.quote {
        let isDoubled = index + 1 < lineEnd && lines.bytes[index + 1] == Self.quote
        guard isDoubled else { return index + 1 == lineEnd || isFieldEnd(index + 1) }
        index += 1
      }
      index += 1
    }
    return false
  }

  private func isFieldEnd(_ index: Int) -> Bool {
    let byte = lines.bytes[index]
    if byte == delimiter.rawValue || byte == TextLines.lineFeed { return true }
    guard byte == TextLines.carriageReturn else { return false }
    return index + 1 == end || lines.bytes[index + 1] == TextLines.lineFeed
  }

  /// Moves to the next line, counting the lines of the record.
  private mutating func skipLineEnd() {
    if offset < end, lines.bytes[offset] == TextLines.carriageReturn { offset += 1 }
    if offset < end, lines.bytes[offset] == TextLines.lineFeed { offset += 1 }
    line += lines.bytes[recordStart..<offset].count { $0 == TextLines.lineFeed }
  }

  /// Reports a fault and goes on after the line that has it; an open quote ends the file.
  private mutating func leave(_ fault: Fault, line firstLine: Int) -> Item {
    let passed = lines.bytes[recordStart..<fault.offset].count { $0 == TextLines.lineFeed }
    offset = fault.reason == .openQuote ? end : lines.line(at: fault.offset).next
    offset = min(offset, end)
    line += lines.bytes[recordStart..<offset].count { $0 == TextLines.lineFeed }
    return .fault(fault.reason, offset: fault.offset, line: firstLine + passed)
  }

  private mutating func leaveBadText(line firstLine: Int) -> Item {
    let fault = lines.firstBadByte(in: recordStart..<offset)
    return leave(
      Fault(reason: fault?.reason ?? .zeroByte, offset: fault?.offset ?? recordStart),
      line: firstLine)
  }
}
