/// How BLEU divides a text into words: sacrebleu's tokenizers of these names.
package enum BLEUTokens: String, CaseIterable, Sendable {
  /// That of the WMT campaigns: ASCII punctuation is apart, but for points and commas in numbers.
  case standard = "13a"
  /// By Unicode: all punctuation and symbols are apart, but for punctuation in numbers.
  case international = "intl"
  /// Each character is a word.
  case characters = "char"
  /// Words are what white space divides.
  case words = "none"

  /// The words of a text, by their scalars.
  package func words(of text: String) -> [[Unicode.Scalar]] {
    // Python's `rstrip`.
    let trailing = text.unicodeScalars.reversed().prefix(while: \.isPythonSpace).count
    let line = Scalars(text.unicodeScalars.dropLast(trailing))
    return switch self {
    case .standard: Self.standardized(line).pythonWords
    case .international: Self.internationalized(line).pythonWords
    case .characters: line.filter { !$0.isPythonSpace }.map { [$0] }
    case .words: line.pythonWords
    }
  }

  /// The text with white space where words begin and end, by NIST's mteval-v13a.
  private static func standardized(_ line: Scalars) -> Scalars {
    var text = line
    let marks = [
      ("<skipped>", ""), ("-\n", ""), ("\n", " "), ("&quot;", "\""), ("&amp;", "&"), ("&lt;", "<"),
      ("&gt;", ">"),
    ]
    for (mark, written) in marks {
      text = text.replacing(Array(mark.unicodeScalars), with: Array(written.unicodeScalars))
    }
    text = [" "] + text + [" "]
    text = text.flatMap { isApart($0) ? [" ", $0, " "] : [$0] }
    let isPoint = { (scalar: Unicode.Scalar) in scalar == "." || scalar == "," }
    let isDigit = { (scalar: Unicode.Scalar) in scalar.isASCIIDigit }
    text = pairs(in: text, { !isDigit($0) }, isPoint, as: secondApart)
    text = pairs(in: text, isPoint, { !isDigit($0) }, as: firstApart)
    return pairs(in: text, isDigit, { $0 == "-" }, as: secondApart)
  }

  /// Whether a character is a word of its own wherever it stands: punctuation of ASCII without the
  /// apostrophe, comma, hyphen and point.
  private static func isApart(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCIIPunctuation && !["'", ",", "-", "."].contains(scalar)
  }

  /// The text with white space where words begin and end, by NIST's mteval-v14.
  private static func internationalized(_ line: Scalars) -> Scalars {
    let isPunctuation = { (scalar: Unicode.Scalar) in scalar.isUnicodePunctuation }
    var text = pairs(in: line, { !$0.isNumber }, isPunctuation, as: secondApart)
    text = pairs(in: text, isPunctuation, { !$0.isNumber }, as: firstApart)
    return text.flatMap { $0.isUnicodeSymbol ? [" ", $0, " "] : [$0] }
  }

  private static func firstApart(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Scalars {
    [" ", first, " ", second]
  }

  private static func secondApart(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Scalars {
    [first, " ", second, " "]
  }

  /// Replaces two characters in a row of which both fit; a pair begins after the one before it.
  private static func pairs(
    in text: Scalars, _ first: (Unicode.Scalar) -> Bool, _ second: (Unicode.Scalar) -> Bool,
    as written: (Unicode.Scalar, Unicode.Scalar) -> Scalars
  ) -> Scalars {
    var result: Scalars = []
    var index = 0
    while index < text.count {
      if index + 1 < text.count, first(text[index]), second(text[index + 1]) {
        result += written(text[index], text[index + 1])
        index += 2
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }
}
