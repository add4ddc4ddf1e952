/// A step of a normalizer that looks at one character at a time.
enum CharacterStep: Sendable {
  /// Controls and U+FFFD go, white space becomes a space.
  case cleaned
  /// Ideographs get a space on both sides.
  case spacedIdeographs
  /// Marks without a width of their own go, as after a decomposition.
  case withoutNonspacingMarks
  /// Marks of every kind go.
  case withoutMarks
  case lowercase
  /// Controls go, and some signs become a space.
  ///
  /// Source: the `nmt` rules of SentencePiece.
  case nmt
  /// Each byte becomes the character that stands for it.
  case byteLevel

  /// How many times longer a text can become.
  var growth: Int {
    switch self {
    case .spacedIdeographs, .byteLevel: 2
    case .cleaned, .withoutNonspacingMarks, .withoutMarks, .lowercase, .nmt: 1
    }
  }

  func apply(to text: SourcedText) -> SourcedText {
    guard changesASCII || text.bytes.contains(where: { $0 >= 0x80 }) else { return text }
    return text.mappingScalars { scalar, range, result in
      switch self {
      case .cleaned:
        // Tabs and line ends are white space here, other controls are not.
        if scalar == "\t" || scalar == "\n" || scalar == "\r" {
          result.append(" ", for: range, of: text)
        } else if scalar != "\u{FFFD}", !scalar.isReferenceControl {
          result.append(scalar.isWhiteSpace ? " " : scalar, for: range, of: text)
        }
      case .spacedIdeographs:
        if scalar.isIdeograph { result.append(" ", for: range, of: text) }
        result.append(range, of: text)
        if scalar.isIdeograph { result.append(" ", for: range, of: text) }
      case .withoutNonspacingMarks:
        if !scalar.isReferenceNonspacingMark { result.append(range, of: text) }
      case .withoutMarks:
        if !scalar.isReferenceMark { result.append(range, of: text) }
      case .lowercase: Self.lowercase(scalar, range, of: text, &result)
      case .nmt: Self.nmt(scalar, range, of: text, &result)
      case .byteLevel:
        for place in range {
          let character = ByteLevelAlphabet.characters[Int(text.bytes[place])]
          result.append(character, for: place..<place + 1, of: text)
        }
      }
    }
  }

  private var changesASCII: Bool {
    switch self {
    case .cleaned, .lowercase, .nmt, .byteLevel: true
    case .spacedIdeographs, .withoutNonspacingMarks, .withoutMarks: false
    }
  }

  /// Each character by its own mapping, whatever stands around it.
  private static func lowercase(
    _ scalar: Unicode.Scalar, _ range: Range<Int>, of text: SourcedText, _ result: inout SourcedText
  ) {
    if scalar.isASCII {
      let isUpper = (0x41...0x5A).contains(scalar.value)
      let byte = UInt8(truncatingIfNeeded: scalar.value) | (isUpper ? 0x20 : 0)
      result.append(Unicode.Scalar(byte), for: range, of: text)
    } else {
      result.append(scalar.properties.lowercaseMapping.utf8, for: range, of: text)
    }
  }

  private static func nmt(
    _ scalar: Unicode.Scalar, _ range: Range<Int>, of text: SourcedText, _ result: inout SourcedText
  ) {
    switch scalar.value {
    case 0x1...0x8, 0xB, 0xE...0x1F, 0x7F, 0x8F, 0x9F: break
    case 0x9, 0xA, 0xC, 0xD, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
      result.append(" ", for: range, of: text)
    default: result.append(range, of: text)
    }
  }
}
