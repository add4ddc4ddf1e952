/// A text that diagnostics point into: a script, a cell of a notebook, or an excerpt of a data file.
package struct SourceFile: Hashable, Sendable {
  /// Where the text comes from; decides how a place in it is named.
  package enum Origin: Hashable, Sendable {
    /// A file, by the path the user gave: `support.ft:7:3`.
    case file(String)
    /// A cell of the session, by number: `cell 4, line 1`.
    case cell(Int)
  }

  /// A cell of a notebook, whose lines people count from its own beginning.
  package struct Cell: Hashable, Sendable {
    /// Its number in the notebook.
    package let number: Int
    /// The number of the line before its first.
    package let line: Int

    package init(number: Int, line: Int) {
      self.number = number
      self.line = line
    }
  }

  /// The file or cell, for the names of places.
  package let origin: Origin
  /// The UTF-8 bytes that every span counts in.
  package let bytes: [UInt8]
  /// Number of the first line, 1 unless the text is an excerpt of a longer file.
  package let firstLine: Int
  /// Number of the first line's first column, 1 unless the text is an excerpt of a longer line.
  package let firstColumn: Int
  /// The cells by which places are told, in order; empty where lines are those of the file.
  private let cells: [Cell]
  private let lineStarts: [Int]

  /// Makes a source file.
  ///
  /// - Parameters:
  ///   - origin: the file or cell.
  ///   - text: the whole text, or an excerpt.
  ///   - firstLine: the number of the excerpt's first line.
  ///   - firstColumn: the column of the excerpt's beginning, where it begins inside a line.
  ///   - cells: the cells by which places are told; none where lines are those of the file.
  package init(
    _ origin: Origin, _ text: String, firstLine: Int = 1, firstColumn: Int = 1, cells: [Cell] = []
  ) {
    self.firstColumn = firstColumn
    self.cells = cells
    self.origin = origin
    self.firstLine = firstLine
    let marked = Array(text.utf8)
    // A byte order mark at the start is no part of the text.
    let bytes = marked.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(marked.dropFirst(3)) : marked
    self.bytes = bytes
    lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
  }

  /// The whole text, without a byte order mark.
  package var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The text of a span, cut to what exists.
  package func text(of span: SourceSpan) -> String {
    let start = min(max(span.start, 0), bytes.count)
    return String(decoding: bytes[start..<min(max(span.end, start), bytes.count)], as: UTF8.self)
  }

  /// The number of the line that holds a byte offset; an offset after the end is on the last line.
  package func line(at offset: Int) -> Int { firstLine + lineIndex(at: offset) }

  /// The 1-based column of a byte offset, in characters.
  package func column(at offset: Int) -> Int {
    let index = lineIndex(at: offset)
    let count = text(of: SourceSpan(lineStarts[index], offset)).count
    return count + (index == 0 ? firstColumn : 1)
  }

  /// The bytes of the line that holds an offset, without its line end.
  package func lineSpan(at offset: Int) -> SourceSpan {
    let index = lineIndex(at: offset)
    let start = lineStarts[index]
    var end = index + 1 < lineStarts.count ? lineStarts[index + 1] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return SourceSpan(start, end)
  }

  /// The name of a place, as `support.ft:7:3` or `cell 4, line 1`.
  package func place(at offset: Int) -> String {
    switch origin {
    case .file(let path):
      cellPlace(path, offset) ?? "\(path):\(line(at: offset)):\(column(at: offset))"
    case .cell(let number): "cell \(number), line \(line(at: offset))"
    }
  }

  /// The name of a place without its column, as `support.ft:7` or `cell 4`, for a call trace.
  package func shortPlace(at offset: Int) -> String {
    switch origin {
    case .file(let path): cellPlace(path, offset) ?? "\(path):\(line(at: offset))"
    case .cell(let number): "cell \(number)"
    }
  }

  /// The name of a place in a notebook's cell, as `lab.ipynb, cell 3, line 2`.
  private func cellPlace(_ path: String, _ offset: Int) -> String? {
    let line = line(at: offset)
    guard let cell = cells.last(where: { $0.line < line }) else { return nil }
    return "\(path), cell \(cell.number), line \(line - cell.line)"
  }

  /// Index in `lineStarts` of the last line that starts at or before `offset`.
  private func lineIndex(at offset: Int) -> Int {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
