/// Properties of characters, as the library that this follows names them.
extension OnigurumaPattern {
  /// A property that a pattern names, or all that does not have it.
  struct Property {
    /// What PCRE2 calls it; nil for what is several of its properties.
    var name: String?
    /// What a class has for it between its brackets.
    var items: String
    var isNegated: Bool
  }

  /// Reads `\p{…}`.
  ///
  /// Names of scripts mean the script itself, where PCRE2 would add the characters that are also used
  /// with it.
  mutating func property(_ letter: Unicode.Scalar) throws(TokenizerError) -> Property {
    guard peek(2) == "{", let end = source[place...].firstIndex(of: "}") else {
      throw refusal("`\\\(letter)` without braces")
    }
    var name = source[(place + 3)..<end].map { String($0) }.joined()
    var isNegated = letter == "P"
    if name.hasPrefix("^") {
      isNegated.toggle()
      name.removeFirst()
    }
    let plain = name.filter { $0 != " " && $0 != "_" && $0 != "-" }.lowercased()
    if let parts = combined[plain] {
      place = end + 1
      return Property(items: parts, isNegated: isNegated)
    }
    let known = Self.properties[plain]
    guard
      let found = known ?? (plain.allSatisfy(\.isLetter) && plain.count > 2 ? "sc:" + name : nil),
      !Self.unsure.contains(plain), known != nil || !plain.hasPrefix("in")
    else { throw refusal("the property `\(name)`") }
    place = end + 1
    return Property(name: found, items: self.known(found), isNegated: isNegated)
  }

  /// Properties that are several of the other library's: what they come to in a class.
  private var combined: [String: String] {
    [
      "alnum": known("Alphabetic") + known("Nd"), "space": space, "whitespace": space,
      "word": word, "xdigit": Self.hexadecimal, "asciihexdigit": Self.hexadecimal,
      "blank": #"\p{Zs}\t"#, "ascii": #"\x{0}-\x{7F}"#,
    ]
  }

  /// Categories and the few other properties that are the same in both.
  private static let properties: [String: String] = {
    let categories = [
      "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc",
      "Pd",
      "Ps", "Pe", "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc",
      "Cf",
      "Co",
    ]
    var names = [
      "letter": "L", "uppercaseletter": "Lu", "lowercaseletter": "Ll", "titlecaseletter": "Lt",
      "modifierletter": "Lm", "otherletter": "Lo", "mark": "M", "nonspacingmark": "Mn",
      "spacingmark": "Mc", "enclosingmark": "Me", "number": "N", "decimalnumber": "Nd",
      "letternumber": "Nl", "othernumber": "No", "punctuation": "P", "connectorpunctuation": "Pc",
      "dashpunctuation": "Pd", "openpunctuation": "Ps", "closepunctuation": "Pe",
      "initialpunctuation": "Pi", "finalpunctuation": "Pf", "otherpunctuation": "Po", "symbol": "S",
      "mathsymbol": "Sm", "currencysymbol": "Sc", "modifiersymbol": "Sk", "othersymbol": "So",
      "separator": "Z", "spaceseparator": "Zs", "other": "C", "control": "Cc", "format": "Cf",
      "any": "Any", "punct": "P", "cntrl": "Cc", "surrogate": "Cs", "privateuse": "Co",
      "alpha": "Alphabetic", "alphabetic": "Alphabetic", "digit": "Nd",
      "upper": "Uppercase", "uppercase": "Uppercase", "lower": "Lowercase",
      "lowercase": "Lowercase",
    ]
    for category in categories { names[category.lowercased()] = category }
    return names
  }()

  /// Names of properties that are no scripts and that the libraries may not agree on.
  private static let unsure: Set<String> = [
    "graph", "print", "assigned", "unassigned", "cn", "emoji",
  ]
}
