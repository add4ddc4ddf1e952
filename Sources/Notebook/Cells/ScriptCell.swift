import Language
import Reporting

/// A part of a script between two `#%%` lines, or a single statement of a script without them.
struct ScriptCell: Sendable {
  let number: Int
  let source: String
  let script: Script
}

extension ScriptCell {
  /// An entry of the prompt.
  init(_ script: Script, number: Int) {
    self.init(number: number, source: CellText.trimmed(script.file.text), script: script)
  }
}

/// A script in cells.
struct ScriptCells: Sendable {
  /// What all cells may call, run before the first; nil when there is none.
  let procedures: Script?
  let cells: [ScriptCell]
  /// Whether the script has `#%%` lines; in one without them each statement is a cell.
  let isMarked: Bool

  init(_ script: Script) {
    isMarked = !script.cells.isEmpty
    guard isMarked else {
      procedures = nil
      cells = script.pieces.enumerated().map { index, piece in
        ScriptCell(
          number: index + 1, source: CellText.of(piece.statements, piece.file), script: piece)
      }
      return
    }
    let shared = script.statements.filter {
      if case .procedure = $0.kind { true } else { false }
    }
    procedures = shared.isEmpty ? nil : script.with(shared)
    cells = Self.parts(of: script).compactMap { part in
      let inside = script.statements.filter {
        part.span.start <= $0.span.start && $0.span.start < part.span.end
      }
      guard !inside.isEmpty else { return nil }
      return ScriptCell(
        number: part.number, source: CellText.trimmed(script.file.text(of: part.span)),
        script: script.with(inside))
    }
  }

  /// A part of a script between its marks; what comes before the first has the number 0.
  struct Part {
    let number: Int
    let isProse: Bool
    /// Without the mark's own line.
    let span: SourceSpan
  }

  static func parts(of script: Script) -> [Part] {
    let marks = script.cells.filter { mark in
      !script.statements.contains { $0.span.start < mark.start && mark.start < $0.span.end }
    }
    let size = script.file.bytes.count
    let ends = marks.map(\.start) + [size]
    let first = Part(number: 0, isProse: false, span: SourceSpan(0, ends[0]))
    return [first]
      + zip(marks, ends.dropFirst()).map { mark, end in
        let line = script.file.lineSpan(at: mark.start)
        return Part(
          number: mark.number, isProse: mark.isProse, span: SourceSpan(min(line.end, end), end))
      }
  }
}

/// Texts of cells.
enum CellText {
  /// The lines of a text; a carriage return before a line feed is the line's.
  static func lines(_ text: String) -> [String] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
  }

  /// The text without empty lines around it.
  static func trimmed(_ text: String) -> String {
    var lines = lines(text)[...]
    while lines.first?.allSatisfy(\.isWhitespace) == true { lines.removeFirst() }
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    return lines.joined(separator: "\n")
  }

  /// The statements' own texts, a line each, in the order of the text.
  static func of(_ statements: [Statement], _ file: SourceFile) -> String {
    statements.map(\.span).sorted { $0.start < $1.start }.map(file.text(of:))
      .joined(separator: "\n")
  }

  /// Whether a text is comments and empty lines alone.
  static func isProse(_ text: String) -> Bool {
    let lines = lines(text).map { $0.drop { $0 == " " || $0 == "\t" } }
    let words = lines.filter { !$0.allSatisfy(\.isWhitespace) }
    return !words.isEmpty && words.allSatisfy { $0.hasPrefix("#") && !$0.hasPrefix("#%%") }
  }

  /// The words of comments, without the `# ` before them.
  static func prose(_ text: String) -> String {
    lines(trimmed(text)).map { line in
      let words = line.drop { $0 == " " || $0 == "\t" }
      return String(words.hasPrefix("# ") ? words.dropFirst(2) : words.drop { $0 == "#" })
    }.joined(separator: "\n")
  }
}
