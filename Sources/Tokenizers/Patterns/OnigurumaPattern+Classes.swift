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
  mutating func classText() throws(TokenizerError) -> String {
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
      case "w": operand.items += word
      case "d" where newer != nil: operand.items += known("Nd")
      case "D" where newer != nil: operand.others.append("[^\(known("Nd"))]")
      case "s" where newer != nil: operand.items += space
      case "S" where newer != nil: operand.others.append("[^\(space)]")
      case "P", "p":
        try add(try property(letter), to: &operand)
        return
      case "H": operand.others.append("[^\(Self.hexadecimal)]")
      case "W": operand.others.append("[^\(word)]")
      case "d", "D", "s", "S", "b": operand.items += "\\\(letter)"
      default:
        operand.items += try character(letter)
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

  /// Adds a property, or all that does not have it, to a class.
  private func add(_ found: Property, to operand: inout Operand) throws(TokenizerError) {
    if !found.isNegated {
      operand.items += found.items
    } else if let name = found.name, newer == nil {
      operand.items += "\\P{\(name)}"
    } else {
      operand.others.append("[^\(found.items)]")
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
      "alpha": known("Alphabetic"), "digit": known("Nd"), "upper": known("Uppercase"),
      "lower": known("Lowercase"), "space": space, "xdigit": Self.hexadecimal, "word": word,
      "alnum": known("Alphabetic") + known("Nd"), "cntrl": #"\p{Cc}"#,
      "punct": known("P") + known("S"), "blank": #"\p{Zs}\t"#, "ascii": #"\x{0}-\x{7F}"#,
    ]
    guard let text = known[name], end + 1 < source.count, source[end + 1] == "]" else {
      throw refusal("`[:\(name.prefix(16)):]`")
    }
    place = end + 2
    return text
  }
}
