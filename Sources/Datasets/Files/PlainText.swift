/// A file of text: documents separated by a line `<|endoftext|>`, or one document.
///
/// Blank lines do not separate documents: they are part of the text. Line ends become LF.
struct PlainText {
  static let separator = "<|endoftext|>"
  let lines: TextLines

  init(_ lines: TextLines) {
    self.lines = lines
  }

  /// Returns the documents that are not blank.
  func rows() -> LoadedRows {
    var rows = LoadedRows(shape: .document)
    var document = 0..<0
    var firstLine = 1
    func close(nextLine: Int) {
      append(document, line: firstLine, to: &rows)
      document = 0..<0
      firstLine = nextLine
    }
    lines.forEachLine { number, range in
      if lines.bytes[range].elementsEqual(Self.separator.utf8) {
        close(nextLine: number + 1)
      } else {
        document = (document.isEmpty ? range.lowerBound : document.lowerBound)..<range.upperBound
      }
    }
    close(nextLine: 0)
    return rows
  }

  private func append(_ range: Range<Int>, line: Int, to rows: inout LoadedRows) {
    guard !lines.isBlank(range) else { return }
    if let (offset, reason) = lines.firstBadByte(in: range) {
      rows.problems.append(lines.problem(reason, at: offset))
    } else if let text = lines.text(range) {
      let content = text.utf8.contains(TextLines.carriageReturn) ? Self.unixLines(text) : text
      rows.examples.append(Example(.text(content), line: line))
    }
  }

  /// Returns `text` with CR LF made LF; the two are one character of Swift.
  private static func unixLines(_ text: String) -> String {
    String(text.map { $0 == "\r\n" ? "\n" : $0 })
  }
}
