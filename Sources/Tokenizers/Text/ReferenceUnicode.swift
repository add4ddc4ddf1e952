/// The properties of characters as the reference library knows them.
///
/// Its tables are of several versions of Unicode, and a model was trained with them: a character
/// that came later has none of these properties for it. Found by asking it about every character.
extension Unicode.Scalar {
  /// Whether this was a character in `version` of Unicode.
  func isKnown(in version: (major: Int, minor: Int)) -> Bool {
    isASCII || (properties.age.map { $0 <= version } ?? false)
  }

  /// Whether this is punctuation by Unicode 8, or a sign of ASCII.
  var isReferencePunctuation: Bool {
    if isASCII { return isASCIISign }
    return switch properties.generalCategory {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
      .initialPunctuation, .finalPunctuation, .otherPunctuation:
      isKnown(in: (8, 0))
    // Both were punctuation then.
    default: value == 0x166D || value == 0x111C9
    }
  }

  private var isASCIISign: Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// Whether this is a control, format or private character by Unicode 8.
  var isReferenceControl: Bool {
    switch properties.generalCategory {
    case .control, .format, .privateUse: isKnown(in: (8, 0))
    default: false
    }
  }

  /// Whether this is a mark without a width of its own by Unicode 8.
  var isReferenceNonspacingMark: Bool {
    switch value {
    case 0..<0x300: false
    // Marks of another kind then, and since.
    case 0x1885, 0x1886, 0xA9BD, 0x111C9: false
    case 0x1734, 0x1171E: true
    default: properties.generalCategory == .nonspacingMark && isKnown(in: (8, 0))
    }
  }

  /// Whether this is a mark of any kind by Unicode 9.
  var isReferenceMark: Bool {
    switch value {
    case 0..<0x300, 0x111C9: return false
    case 0x1CF2, 0x1CF3: return true
    default: break
    }
    return switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: isKnown(in: (9, 0))
    default: false
    }
  }

  /// Whether this belongs to words by Unicode 16: letters, marks, digits, joining punctuation and
  /// joiners.
  ///
  /// Source: Unicode Technical Standard 18, annex C.
  var isReferenceWordCharacter: Bool {
    if isASCII { return isASCIIWordCharacter }
    guard isKnown(in: (16, 0)) else { return false }
    if properties.isAlphabetic || properties.isJoinControl { return true }
    return switch properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
    default: false
    }
  }

  private var isASCIIWordCharacter: Bool {
    switch value {
    case 0x30...0x39, 0x41...0x5A, 0x5F, 0x61...0x7A: true
    default: false
    }
  }

  /// Whether this is a number of any kind.
  var isReferenceNumber: Bool {
    if isASCII { return (0x30...0x39).contains(value) }
    return switch properties.generalCategory {
    case .decimalNumber, .letterNumber, .otherNumber: true
    default: false
    }
  }

  /// Whether this is white space.
  var isWhiteSpace: Bool {
    isASCII ? value == 0x20 || (0x9...0xD).contains(value) : properties.isWhitespace
  }

  /// Whether this stands in the blocks of ideographs that BERT puts spaces around.
  var isIdeograph: Bool {
    switch value {
    case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0xF900...0xFAFF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}
