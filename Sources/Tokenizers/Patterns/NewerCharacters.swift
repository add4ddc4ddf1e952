import CPCRE2

/// The characters of Unicode 16, which the reference library knows, that PCRE2's tables do not have:
/// to it they are neither letters nor digits nor signs.
///
/// Its tables are of the Unicode of its release, such as 14 of 10.42; those of the standard library
/// tell since which version a character is one. Texts with such characters are rare, so classes know
/// them only in the patterns that match these texts.
struct NewerCharacters: Sendable {
  static let shared = NewerCharacters(after: Self.libraryVersion)

  /// The version of the reference library's tables.
  private static let wantedVersion = (major: 16, minor: 0)
  /// A space to PCRE2 that is none to Unicode, nor to the reference.
  private static let vowelSeparator: Unicode.Scalar = "\u{180E}"
  /// Above are no characters but private ones.
  private static let lastPlanes = [UInt32(0)..<0x40000, 0xE0000..<0xF0000]

  private let scalars: [Unicode.Scalar]
  /// Whether any is among the 256 characters of a number.
  private var pages = [Bool](repeating: false, count: 0x1100)

  /// The characters that came after a version.
  init(after version: (major: Int, minor: Int)) {
    scalars = Self.lastPlanes.joined().compactMap(Unicode.Scalar.init).filter { scalar in
      let isNewer = scalar.properties.age.map { $0 > version && $0 <= Self.wantedVersion }
      return isNewer ?? false || scalar == Self.vowelSeparator
    }
    for scalar in scalars { pages[Int(scalar.value >> 8)] = true }
  }

  /// The version of PCRE2's tables.
  private static var libraryVersion: (major: Int, minor: Int) {
    var text = [UInt8](repeating: 0, count: 64)
    // Safety: the library asks for 24 bytes at most.
    text.withUnsafeMutableBytes {
      _ = pcre2_config_8(UInt32(PCRE2_CONFIG_UNICODE_VERSION), $0.baseAddress)
    }
    let name = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    let numbers = name.split(separator: ".").compactMap { Int($0) }
    return numbers.count < 2 ? wantedVersion : (numbers[0], numbers[1])
  }

  /// None has fewer than three bytes, of which this is the least first.
  private static let leastByte: UInt8 = 0xE0

  /// Whether any can be in a text, as far as can be told without knowing them.
  static func mayBeIn(_ text: [UInt8]) -> Bool { text.contains { $0 >= leastByte } }

  /// Whether one of them is in a text, which must be valid UTF-8.
  func areIn(_ text: [UInt8]) -> Bool {
    var place = 0
    while place < text.count {
      guard text[place] >= Self.leastByte else {
        place += 1
        continue
      }
      let (scalar, width) = text.scalar(at: place)
      if pages[Int(scalar.value >> 8)], contains(scalar) { return true }
      place += width
    }
    return false
  }

  private func contains(_ scalar: Unicode.Scalar) -> Bool {
    var (low, high) = (0, scalars.count)
    while low < high {
      let middle = (low + high) / 2
      if scalars[middle] < scalar { low = middle + 1 } else { high = middle }
    }
    return low < scalars.count && scalars[low] == scalar
  }

  /// Those with a property, as a class has them between its brackets; the property by the name that
  /// PCRE2 has for it.
  func ranges(with property: String) -> String {
    var ranges: [ClosedRange<UInt32>] = []
    for scalar in scalars where Self.has(scalar, property) {
      if let last = ranges.last, last.upperBound + 1 == scalar.value {
        ranges[ranges.count - 1] = last.lowerBound...scalar.value
      } else {
        ranges.append(scalar.value...scalar.value)
      }
    }
    return ranges.map { range in
      let (first, last) = (range.lowerBound, range.upperBound)
      let start = "\\x{\(String(first, radix: 16))}"
      return first == last ? start : start + "-\\x{\(String(last, radix: 16))}"
    }.joined()
  }

  private static func has(_ scalar: Unicode.Scalar, _ property: String) -> Bool {
    guard scalar != vowelSeparator else { return false }
    let properties = scalar.properties
    switch property {
    case "Alphabetic": return properties.isAlphabetic
    case "Uppercase": return properties.isUppercase
    case "Lowercase": return properties.isLowercase
    // Of scripts the standard library knows this one, by what else is its alone.
    case "sc:Han": return properties.isIdeographic
    default: return properties.generalCategory.name.hasPrefix(property)
    }
  }
}

extension Unicode.GeneralCategory {
  /// The two letters that Unicode has for it.
  fileprivate var name: String {
    switch self {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    default: "Cn"
    }
  }
}
