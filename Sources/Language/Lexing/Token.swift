package import Reporting

/// A word, number, text, sign or line end of a script, with the bytes it was read from.
package struct Token: Hashable, Sendable {
  /// What a token is.
  package indirect enum Kind: Hashable, Sendable {
    /// A name, verb or keyword.
    case word(String)
    case number(NumberLiteral)
    case string(StringLiteral)
    /// An operator or bracket, as written: `+=`, `..`, `(`.
    case sign(String)
    /// One or more line ends.
    case newline
    /// The text of a `##` line.
    case documentation(String)
    /// The title of a `#%%` line.
    case cell(String)
    case end
  }

  /// What it is, with what was read.
  package let kind: Kind
  /// The bytes it was read from.
  package let span: SourceSpan
  /// True when white space or the start of the text comes before; decides between `f(x)` and `f (x)`.
  package let hasSpaceBefore: Bool

  /// The text when this is a word.
  package var word: String? {
    if case .word(let word) = kind { return word }
    return nil
  }

  /// True when this is the given operator or bracket.
  package func isSign(_ sign: String) -> Bool { kind == .sign(sign) }

  /// True for a line end or the end of the text.
  package var endsLine: Bool {
    switch kind {
    case .newline, .end, .cell, .documentation: true
    default: false
    }
  }

  /// True for a line end that a statement may go on after; a new cell ends what is open.
  var isSkipped: Bool {
    switch kind {
    case .newline, .documentation: true
    default: false
    }
  }

  /// True after a comma or an infix operator, where a line end does not end the statement.
  var continuesLine: Bool {
    switch kind {
    case .sign(let sign): sign == "," || sign == "=" || Self.infixSigns.contains(sign)
    case .word(let word): Keyword.infix.contains(word)
    default: false
    }
  }

  /// Operators that stand between two values.
  static let infixSigns: Set<String> = [
    "+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "..", "+=",
  ]
}

/// A number as it is written, with the unit directly after it.
package struct NumberLiteral: Hashable, Sendable {
  /// A unit a number may carry.
  package enum Unit: String, CaseIterable, Sendable {
    case percent = "%"
    case thousand = "k"
    case million = "M"
    case billion = "B"
    case kilobytes = "KB"
    case megabytes = "MB"
    case gigabytes = "GB"
    case milliseconds = "ms"
    case seconds = "s"
    case minutes = "min"
    case hours = "h"

    /// What the written number is multiplied by: to a share of one, a count, bytes, or seconds.
    package var factor: Double {
      switch self {
      case .percent: 0.01
      case .thousand, .kilobytes: 1e3
      case .million, .megabytes: 1e6
      case .billion, .gigabytes: 1e9
      case .milliseconds: 1e-3
      case .seconds: 1
      case .minutes: 60
      case .hours: 3600
      }
    }

    /// True for units of time.
    package var isTime: Bool {
      switch self {
      case .milliseconds, .seconds, .minutes, .hours: true
      default: false
      }
    }
  }

  /// The number before the unit.
  package let written: Double
  /// The letters right after the digits; nil for a bare number.
  package let unit: Unit?

  /// The number in base units: a percentage as a share of one, a time in seconds.
  package var value: Double {
    switch unit {
    // 10 × 0.01 is not 0.1 exactly rounded, 10 ÷ 100 is.
    case .percent: written / 100
    case .milliseconds: written / 1000
    case .some(let unit): written * unit.factor
    case nil: written
    }
  }

  /// True when nothing but digits was written.
  package let isInteger: Bool
}

/// A text as it is written: pieces of text and interpolated code.
package struct StringLiteral: Hashable, Sendable {
  /// A piece of a text.
  package enum Piece: Hashable, Sendable {
    case text(String)
    /// The tokens inside `\( )`, ended by an `end` token.
    case code([Token])
  }

  /// In order; a text without interpolation is one piece, an empty one is none.
  package let pieces: [Piece]

  /// The text when nothing is interpolated.
  package var plain: String? {
    switch pieces.count {
    case 0: return ""
    case 1:
      if case .text(let text) = pieces[0] { return text }
      return nil
    default: return nil
    }
  }
}

/// Words with a meaning of their own; they cannot name anything.
package enum Keyword {
  /// Words that start a statement.
  package static let statements = [
    "let", "if", "for", "while", "break", "continue", "return", "proc", "use", "with", "check",
    "try", "print",
  ]
  /// Operators that are words.
  package static let infix: Set<String> = ["and", "or", "in", "div", "mod"]

  /// All reserved words.
  package static let all = Set(statements).union(infix).union([
    "else", "do", "catch", "not", "true", "false", "null",
  ])
}
