/// Text as Python's `str` and `re` see it, on which the definitions of the common metrics stand.
///
/// Texts are compared by their scalars: Swift's own comparison takes a letter with a combining accent
/// and the composed letter for the same, and theirs does not.
typealias Scalars = [Unicode.Scalar]

extension Unicode.Scalar {
  /// Whether `str.split` divides words here.
  var isPythonSpace: Bool {
    switch value {
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F,
      0x205F, 0x3000:
      true
    default: false
    }
  }

  /// Whether `\w` of `re` takes it: a letter, a number or the underscore.
  var isPythonWord: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      true
    default: value == 0x5F || properties.numericType != nil
    }
  }

  /// Whether it is one of Unicode's numbers, `\p{N}`.
  var isNumber: Bool {
    switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  /// Whether it is punctuation in Unicode, `\p{P}`.
  var isUnicodePunctuation: Bool {
    switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      true
    default: false
    }
  }

  /// Whether it is a symbol in Unicode, `\p{S}`.
  var isUnicodeSymbol: Bool {
    switch properties.generalCategory {
    case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: true
    default: false
    }
  }

  /// Whether it is punctuation of ASCII, one of `string.punctuation`.
  var isASCIIPunctuation: Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// Whether it is one of `0` to `9`.
  var isASCIIDigit: Bool { (0x30...0x39).contains(value) }
}

extension Collection<Unicode.Scalar> {
  /// The words between white space.
  var pythonWords: [Scalars] {
    split(whereSeparator: \.isPythonSpace).map { Array($0) }
  }
}

extension String {
  /// The text in small letters as `str.lower` writes it: a sigma at the end of a word is the final one.
  var pythonLowercased: Scalars {
    let scalars = Array(unicodeScalars)
    return scalars.indices.flatMap { index -> Scalars in
      let scalar = scalars[index]
      guard scalar.value == 0x3A3 else {
        return Array(scalar.properties.lowercaseMapping.unicodeScalars)
      }
      let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
      let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
      let isFinal = before?.properties.isCased == true && after?.properties.isCased != true
      return [isFinal ? "\u{3C2}" : "\u{3C3}"]
    }
  }
}

/// How often each run of `length` items stands in a list.
func runCounts<Item: Hashable>(of items: [Item], length: Int) -> [ArraySlice<Item>: Int] {
  var counts: [ArraySlice<Item>: Int] = [:]
  guard items.count >= length else { return counts }
  for start in 0...(items.count - length) {
    counts[items[start..<start + length], default: 0] += 1
  }
  return counts
}

/// How many of the runs of one list are also in another, each as often as it is in both.
func sharedCount<Run>(_ one: [Run: Int], _ other: [Run: Int]) -> Int {
  one.reduce(0) { $0 + Swift.min($1.value, other[$1.key] ?? 0) }
}

extension String {
  /// Its runs of two and more letters, digits and underscores, in small letters.
  package var wordRuns: [String] {
    pythonLowercased.split { !$0.isPythonWord }.filter { $0.count > 1 }
      .map { String(String.UnicodeScalarView($0)) }
  }
}
