/// Turns a regular expression of a tokenizer file, which is Oniguruma's, into PCRE2's.
///
/// Both understand most patterns alike, and those are left as they are. Where the same signs mean
/// something else, they are written in another way when that is sure, and refused by name otherwise.
///
/// Source: Oniguruma's doc/RE and its syntax of that name, which the reference library uses.
package struct OnigurumaPattern {
  let source: [Unicode.Scalar]
  var place = 0
  var output = ""
  /// For each open group, how many `(?i)` in it are closed where it ends, and whether case counts.
  var groups: [(extra: Int, foldsCase: Bool)] = [(0, false)]
  /// The letter before, for sequences that fold into one letter.
  private var lastLetter: Unicode.Scalar?
  /// The characters that classes are to know beside PCRE2's own; nil for none.
  let newer: NewerCharacters?

  /// Returns what PCRE2 has to be given.
  ///
  /// - Throws: ``TokenizerError/invalidPattern(pattern:offset:reason:)`` with the construct that
  ///   cannot be translated.
  package static func translated(_ source: String) throws(TokenizerError) -> String {
    try translated(source, knowing: nil)
  }

  /// Returns what PCRE2 has to be given for texts with characters that are new to it.
  static func translated(
    _ source: String, knowing newer: NewerCharacters?
  ) throws(TokenizerError) -> String {
    var pattern = OnigurumaPattern(source: Array(source.unicodeScalars), newer: newer)
    while pattern.place < pattern.source.count { try pattern.step() }
    return pattern.output + String(repeating: ")", count: pattern.groups[0].extra)
  }

  private init(source: [Unicode.Scalar], newer: NewerCharacters?) {
    self.source = source
    self.newer = newer
  }

  func peek(_ ahead: Int = 0) -> Unicode.Scalar? {
    place + ahead < source.count ? source[place + ahead] : nil
  }

  func refusal(_ what: String) -> TokenizerError {
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

  mutating func take() {
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
}
