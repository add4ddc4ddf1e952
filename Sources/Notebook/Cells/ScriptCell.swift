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
    let marks = Self.marks(of: script)
    isMarked = !marks.isEmpty
    guard isMarked else {
      procedures = nil
      cells = script.pieces.enumerated().map { index, piece in
        ScriptCell(
          number: index + 1, source: CellText.of(piece.statements, piece.file), script: piece)
      }
      return
    }
    let isProcedure = { (statement: Statement) in
      if case .procedure = statement.kind { true } else { false }
    }
    let shared = script.statements.filter(isProcedure)
    procedures = shared.isEmpty ? nil : script.with(shared)
    cells = Self.parts(of: script, marks).map { number, span in
      let inside = script.statements.filter {
        span.start <= $0.span.start && $0.span.start < span.end
      }
      return ScriptCell(
        number: number, source: CellText.trimmed(script.file.text(of: span)),
        script: script.with(inside.filter { !isProcedure($0) }))
    }
  }

  /// A `#%%` line, and the number that its title begins with, as in `#%% [3] First training`.
  struct Mark {
    let span: SourceSpan
    let title: String

    var number: Int? {
      guard title.hasPrefix("["), let end = title.firstIndex(of: "]") else { return nil }
      return Int(title[..<end].dropFirst())
    }

    /// Words, which nothing runs of.
    var isProse: Bool { title.hasPrefix("[markdown]") }
  }

  /// The marks outside of statements.
  static func marks(of script: Script) -> [Mark] {
    Lexer.read(script.file).tokens.compactMap { token in
      guard case .cell(let title) = token.kind else { return nil }
      let place = token.span.start
      let isInside = script.statements.contains { $0.span.start < place && place < $0.span.end }
      return isInside ? nil : Mark(span: token.span, title: title)
    }
  }

  /// The parts with statements, numbered as their marks say, or after the one before.
  private static func parts(of script: Script, _ marks: [Mark]) -> [(Int, SourceSpan)] {
    let ends = marks.dropFirst().map(\.span.start) + [script.file.bytes.count]
    var spans = zip(marks, ends).filter { !$0.0.isProse }.map { mark, end in
      (mark.number, SourceSpan(mark.span.end, end))
    }
    spans.insert((nil, SourceSpan(0, marks[0].span.start)), at: 0)
    var last = 0
    return spans.compactMap { number, span in
      guard
        script.statements.contains(where: {
          span.start <= $0.span.start && $0.span.start < span.end
        })
      else { return nil }
      // Numbers rise, whatever the file says: they name a cell.
      last = max(last + 1, number ?? 0)
      return (last, span)
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
