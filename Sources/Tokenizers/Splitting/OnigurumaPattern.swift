/// Turns a regular expression of a tokenizer file, which is Oniguruma's, into PCRE2's.
///
/// Both understand most patterns alike, and those are left as they are. Where the same signs mean
/// something else, they are written in another way when that is sure, and refused by name otherwise.
///
/// Source: Oniguruma's doc/RE and its syntax of that name, which the reference library uses.
package struct OnigurumaPattern {
  private let source: [Unicode.Scalar]
  private var place = 0
  private var output = ""
  /// For each open group, how many `(?i)` in it are closed where it ends, and whether case counts.
  private var groups: [(extra: Int, foldsCase: Bool)] = [(0, false)]
  /// The letter before, for sequences that fold into one letter.
  private var lastLetter: Unicode.Scalar?

  /// Returns what PCRE2 has to be given.
  ///
  /// - Throws: ``TokenizerError/invalidPattern(pattern:offset:reason:)`` with the construct that
  ///   cannot be translated.
  package static func translated(_ source: String) throws(TokenizerError) -> String {
    var pattern = OnigurumaPattern(source: Array(source.unicodeScalars))
    while pattern.place < pattern.source.count { try pattern.step() }
    return pattern.output + String(repeating: ")", count: pattern.groups[0].extra)
  }

  private init(source: [Unicode.Scalar]) { self.source = source }

  private func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    place + ahead < source.count ? source[place + ahead] : nil
  }

  private func refusal(_ what: String) -> TokenizerError {
    let text = String(String.UnicodeScalarView(source))
    let offset = String(String.UnicodeScalarView(source.prefix(place))).utf8.count
    return .invalidPattern(
      pattern: text, offset: offset, reason: "\(what) has no sure counterpart here")
  }

  private mutating func step() throws(TokenizerError) {
    let scalar = source[place]
    let letter = lastLetter
    lastLetter = nil
    switch scalar {
    case "\\": try escape()
    case "[": output += try classText()
    case "(": try open()
    case ")":
      if groups.count > 1 {
        output += String(repeating: ")", count: groups.removeLast().extra)
      }
      take()
    case "^", "$":
      output += "(?m:\(scalar))"
      place += 1
    case "*", "+", "?": try quantifier()
    case "{": try interval()
    default:
      try checkFolding(letter, scalar)
      lastLetter = scalar
      take()
    }
  }

  private mutating func take() {
    output.unicodeScalars.append(source[place])
    place += 1
  }

  /// Without case, Oniguruma takes some letters for two others, as `ß` for `ss`.
  private func checkFolding(
    _ last: Unicode.Scalar?, _ scalar: Unicode.Scalar
  ) throws(TokenizerError) {
    guard groups.last?.foldsCase == true else { return }
    if !scalar.isASCII, scalar.properties.isCased { throw refusal("`\(scalar)` without its case") }
    let pair = (last.map { String($0) } ?? "").lowercased() + String(scalar).lowercased()
    if ["ss", "ff", "fi", "fl", "st"].contains(pair) {
      throw refusal("`\(pair)` without its case")
    }
  }

  /// Reads `*`, `+` or `?` and what makes it lazy or possessive; more of them are another thing.
  private mutating func quantifier() throws(TokenizerError) {
    take()
    if peek() == "?" || peek() == "+" { take() }
    if let next = peek(), ["*", "+", "?"].contains(next) || isInterval {
      throw refusal("a quantifier of a quantifier")
    }
  }

  /// Whether an interval such as `{2,3}` is next.
  private var isInterval: Bool { intervalEnd != nil }

  /// The place after an interval that is next; nil when what is next is none.
  private var intervalEnd: Int? {
    guard peek() == "{" else { return nil }
    var end = place + 1
    var hasDigit = false
    while end < source.count, ("0"..."9").contains(source[end]) || source[end] == "," {
      hasDigit = hasDigit || source[end] != ","
      end += 1
    }
    return hasDigit && end < source.count && source[end] == "}" ? end + 1 : nil
  }

  private mutating func interval() throws(TokenizerError) {
    guard let end = intervalEnd else {
      output += "\\{"
      place += 1
      return
    }
    let text = source[(place + 1)..<(end - 1)].map { String($0) }.joined()
    let bounds = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    if bounds.count == 2, let low = bounds[0], let high = bounds[1], low > high {
      throw refusal("`{\(text)}`")
    }
    output += text.hasPrefix(",") ? "{0\(text)}" : "{\(text)}"
    place = end
    guard let next = peek() else { return }
    if next == "?", bounds.count == 2 {
      take()
    } else if ["*", "+", "?"].contains(next) || isInterval {
      throw refusal("`{\(text)}` before `\(next)`")
    }
  }

  /// Reads the beginning of a group.
  private mutating func open() throws(TokenizerError) {
    let folds = groups.last?.foldsCase ?? false
    guard peek(1) == "?" else {
      if peek(1) == "*" { throw refusal("`(*`") }
      groups.append((0, folds))
      return take()
    }
    switch peek(2) {
    case ":", "=", "!", ">":
      groups.append((0, folds))
      for _ in 0..<3 { take() }
    case "<":
      groups.append((0, folds))
      for _ in 0..<3 { take() }
      if peek() == "=" || peek() == "!" { take() } else { try name() }
    case "#":
      while let scalar = peek(), scalar != ")" { place += scalar == "\\" ? 2 : 1 }
      place = min(place + 1, source.count)
    default: try options()
    }
  }

  private mutating func name() throws(TokenizerError) {
    while let scalar = peek(), scalar != ">" {
      guard scalar.isASCII,
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_"
      else { throw refusal("the name of a group") }
      take()
    }
  }

  /// Reads `(?i)` and its like.
  ///
  /// One without a colon holds to the end of the group that it is in, over all alternatives.
  private mutating func options() throws(TokenizerError) {
    var end = place + 2
    var letters = ""
    while end < source.count, source[end] != ":", source[end] != ")" {
      letters.unicodeScalars.append(source[end])
      end += 1
    }
    guard end < source.count, letters.allSatisfy({ "im-".contains($0) }),
      letters.count(where: { $0 == "-" }) <= 1
    else { throw refusal("`(?\(letters.prefix(8))`") }
    var folds = groups.last?.foldsCase ?? false
    let parts = letters.split(separator: "-", omittingEmptySubsequences: false)
    if parts[0].contains("i") { folds = true }
    if parts.count > 1, parts[1].contains("i") { folds = false }
    // Its `m` lets a dot be a line end, which is `s` here.
    output += "(?" + letters.map { $0 == "m" ? "s" : String($0) }.joined() + ":"
    if source[end] == ":" {
      groups.append((0, folds))
    } else {
      groups[groups.count - 1].extra += 1
      groups[groups.count - 1].foldsCase = folds
    }
    place = end + 1
  }

  private static let hexadecimal = "0-9A-Fa-f"
  private static let word = #"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}"#

  /// Reads an escape outside of a class.
  private mutating func escape() throws(TokenizerError) {
    guard let letter = peek(1) else { throw refusal("a `\\` at the end") }
    let word = Self.word
    switch letter {
    case "h": output += "[\(Self.hexadecimal)]"
    case "H": output += "[^\(Self.hexadecimal)]"
    case "w": output += "[\(word)]"
    case "W": output += "[^\(word)]"
    case "b": output += "(?:(?<=[\(word)])(?![\(word)])|(?<![\(word)])(?=[\(word)]))"
    case "B": output += "(?:(?<=[\(word)])(?=[\(word)])|(?<![\(word)])(?![\(word)]))"
    case "O": output += "(?s:.)"
    case "A", "z", "Z", "G", "R", "K", "N", "d", "D", "s", "S": output += "\\\(letter)"
    case "1"..."9":
      if let next = peek(2), ("0"..."9").contains(next) { throw refusal("`\\\(letter)\(next)`") }
      output += "\\\(letter)"
    default:
      output += try commonEscape(letter)
      return
    }
    place += 2
  }

  /// Reads an escape that is one character or a property, in a class or outside.
  private mutating func commonEscape(_ letter: Unicode.Scalar) throws(TokenizerError) -> String {
    switch letter {
    case "n", "t", "r", "f", "a", "e":
      place += 2
      return "\\\(letter)"
    case "v":
      place += 2
      return "\\x{B}"
    case "p", "P": return try property(letter)
    case "x", "u": return try number(letter)
    default:
      guard letter.value < 0x80, !letter.properties.isAlphabetic, !("0"..."9").contains(letter)
      else { throw refusal("`\\\(letter)`") }
      place += 2
      return "\\\(letter)"
    }
  }

  /// Reads `\x41`, `\x{41}` or `\u0041`.
  private mutating func number(_ letter: Unicode.Scalar) throws(TokenizerError) -> String {
    var end = place + 2
    let isBraced = letter == "x" && peek(2) == "{"
    if isBraced { end += 1 }
    let limit = isBraced ? 8 : letter == "x" ? 2 : 4
    var digits = ""
    while end < source.count, digits.count < limit, source[end].properties.isASCIIHexDigit {
      digits.unicodeScalars.append(source[end])
      end += 1
    }
    let isClosed = !isBraced || end < source.count && source[end] == "}"
    // Two digits of 80 and more are a byte of UTF-8, not a character.
    guard isClosed, let value = UInt32(digits, radix: 16), Unicode.Scalar(value) != nil,
      isBraced || letter == "u" && digits.count == 4 || letter == "x" && value < 0x80
    else { throw refusal("`\\\(letter)\(digits)`") }
    place = isBraced ? end + 1 : end
    return "\\x{\(digits)}"
  }

  /// Reads `\p{…}`.
  ///
  /// Names of scripts mean the script itself, where PCRE2 would add the characters that are also used
  /// with it.
  private mutating func property(_ letter: Unicode.Scalar) throws(TokenizerError) -> String {
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
    let known = Self.properties[plain]
    guard
      let found = known ?? (plain.allSatisfy(\.isLetter) && plain.count > 2 ? "sc:" + name : nil),
      !Self.unsure.contains(plain), known != nil || !plain.hasPrefix("in")
    else { throw refusal("the property `\(name)`") }
    place = end + 1
    return (isNegated ? "\\P{" : "\\p{") + found + "}"
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
      "any": "Any", "alpha": "Alphabetic", "alphabetic": "Alphabetic", "digit": "Nd",
      "upper": "Uppercase", "uppercase": "Uppercase", "lower": "Lowercase",
      "lowercase": "Lowercase",
    ]
    for category in categories { names[category.lowercased()] = category }
    return names
  }()

  /// Names of properties that are no scripts and that the libraries may not agree on.
  private static let unsure: Set<String> = [
    "alnum", "punct", "space", "word", "graph", "print", "cntrl", "xdigit", "blank", "ascii",
    "assigned", "unassigned", "cn", "emoji", "surrogate", "privateuse",
  ]
}

/// Character classes.
extension OnigurumaPattern {
  /// What one side of a `&&` holds: what fits between brackets, and what stands beside them.
  private struct Operand {
    var items = ""
    var others: [String] = []

    var text: String {
      let parts = (items.isEmpty ? [] : ["[\(items)]"]) + others
      return parts.count == 1 ? parts[0] : "(?:" + parts.joined(separator: "|") + ")"
    }
  }

  /// Reads a class.
  ///
  /// Nested ones and intersections become alternatives and look-aheads.
  private mutating func classText() throws(TokenizerError) -> String {
    place += 1
    let isNegated = peek() == "^"
    if isNegated { place += 1 }
    var operands = [Operand()]
    var isFirst = true
    while let scalar = peek(), scalar != "]" || isFirst {
      if scalar == "&", peek(1) == "&" {
        operands.append(Operand())
        place += 2
      } else {
        try item(scalar, &operands[operands.count - 1])
      }
      isFirst = false
    }
    guard peek() == "]" else { throw refusal("a `[` that is not closed") }
    place += 1
    guard operands.allSatisfy({ !$0.items.isEmpty || !$0.others.isEmpty }) else {
      throw refusal("an empty side of `&&`")
    }
    if operands.count == 1, operands[0].others.isEmpty {
      return (isNegated ? "[^" : "[") + operands[0].items + "]"
    }
    if isNegated, operands.count > 1 { throw refusal("`[^…&&…]`") }
    let last = operands.removeLast().text
    let whole =
      operands.isEmpty ? last : "(?:" + operands.map { "(?=\($0.text))" }.joined() + last + ")"
    return isNegated ? "(?:(?!\(whole))(?s:.))" : whole
  }

  private mutating func item(
    _ scalar: Unicode.Scalar, _ operand: inout Operand
  ) throws(TokenizerError) {
    switch scalar {
    case "[":
      if peek(1) == ":" {
        operand.items += try namedClass()
        return
      }
      operand.others.append(try classText())
    case "\\":
      guard let letter = peek(1) else { throw refusal("a `\\` at the end") }
      switch letter {
      case "h": operand.items += Self.hexadecimal
      case "w": operand.items += Self.word
      case "H": operand.others.append("[^\(Self.hexadecimal)]")
      case "W": operand.others.append("[^\(Self.word)]")
      case "d", "D", "s", "S", "b": operand.items += "\\\(letter)"
      default:
        operand.items += try commonEscape(letter)
        return
      }
      place += 2
    default:
      if groups.last?.foldsCase == true, !scalar.isASCII, scalar.properties.isCased {
        throw refusal("`\(scalar)` without its case")
      }
      // A `]` that is the first is itself.
      operand.items += scalar == "]" ? "\\]" : String(scalar)
      place += 1
    }
  }

  /// Reads `[:alpha:]`.
  private mutating func namedClass() throws(TokenizerError) -> String {
    var end = place + 2
    var name = ""
    while end < source.count, source[end] != ":" {
      name.unicodeScalars.append(source[end])
      end += 1
    }
    let known = [
      "alpha": #"\p{Alphabetic}"#, "digit": #"\p{Nd}"#, "upper": #"\p{Uppercase}"#,
      "lower": #"\p{Lowercase}"#, "space": #"\s"#, "xdigit": Self.hexadecimal, "word": Self.word,
      "alnum": #"\p{Alphabetic}\p{Nd}"#, "cntrl": #"\p{Cc}"#,
    ]
    guard let text = known[name], end + 1 < source.count, source[end + 1] == "]" else {
      throw refusal("`[:\(name.prefix(16)):]`")
    }
    place = end + 2
    return text
  }
}
