extension Builtin {
  /// Functions on texts.
  static let texts = [
    Builtin(
      "split(text, separator)", 2...2, "The parts between the separators.",
      example: #"split("a,b", ",")"#
    ) { arguments throws(Misuse) in
      let whole = try text(arguments[0])
      let separator = try text(arguments[1])
      let parts = whole.utf8.count / max(1, separator.utf8.count)
      guard parts < ValueLimits.items else {
        throw Misuse("cannot make a list of more than 10,000,000 items")
      }
      return .list(split(whole, at: separator).map { .string($0) })
    },
    Builtin(
      "join(xs, separator)", 2...2, "The items as one text, the separator between them.",
      example: #"join([1, 2], " and ")"#
    ) { arguments throws(Misuse) in
      let separator = try text(arguments[1])
      let texts = try items(arguments[0]).map(\.shown)
      return .string(try joined(texts, by: separator))
    },
    Builtin(
      "upper(text)", 1...1, "The text in capitals.", example: #"upper("ab")"#
    ) { arguments throws(Misuse) in .string(try text(arguments[0]).uppercased()) },
    Builtin(
      "lower(text)", 1...1, "The text in small letters.", example: #"lower("AB")"#
    ) { arguments throws(Misuse) in .string(try text(arguments[0]).lowercased()) },
    Builtin(
      "trim(text)", 1...1, "The text without white space at both ends.", example: #"trim(" a ")"#
    ) { arguments throws(Misuse) in
      var rest = Substring(try text(arguments[0])).drop { $0.isWhitespace }
      while rest.last?.isWhitespace ?? false { rest.removeLast() }
      return .string(String(rest))
    },
    Builtin(
      "replace(text, part, new)", 3...3, "The text with each part replaced.",
      example: #"replace("a-b", "-", "+")"#
    ) { arguments throws(Misuse) in
      let parts = split(try text(arguments[0]), at: try text(arguments[1]))
      return .string(try joined(parts, by: try text(arguments[2])))
    },
    Builtin(
      "text(x)", 1...1, "Any value as text, as `print` shows it.", example: "text(3)"
    ) { arguments throws(Misuse) in .string(arguments[0].shown) },
    Builtin(
      "kind(x)", 1...1, "What sort of value it is: number, text, list, record, range, …",
      example: "kind([1, 2])"
    ) { arguments throws(Misuse) in .string(kind(arguments[0])) },
    Builtin(
      "number(text)", 1...1, "The number that a text holds.", example: #"number("2e-4")"#
    ) { arguments throws(Misuse) in
      if case .number = arguments[0] { return arguments[0] }
      let written = try text(arguments[0])
      guard let number = Double(written), number.isFinite else {
        throw Misuse("cannot read `\(written.prefix(40))` as a number")
      }
      return .number(number)
    },
  ]

  private static func kind(_ value: Value) -> String {
    switch value {
    case .null: "null"
    case .bool: "bool"
    case .number: "number"
    case .duration: "time"
    case .string: "text"
    case .list: "list"
    case .record: "record"
    case .range: "range"
    case .handle: "handle"
    case .closure: "procedure"
    }
  }

  /// The texts as one; its length is known before it is made.
  private static func joined(_ texts: [String], by separator: String) throws(Misuse) -> String {
    let own = texts.reduce(0) { $0 + $1.utf8.count }
    let between = separator.utf8.count * max(0, texts.count - 1)
    guard own + between <= ValueLimits.textBytes else {
      throw Misuse("cannot make a text longer than 64 MB")
    }
    return texts.joined(separator: separator)
  }

  /// The parts of a text between separators; an empty separator gives the characters.
  private static func split(_ text: String, at separator: String) -> [String] {
    if separator.isEmpty { return text.map { String($0) } }
    let bytes = Array(text.utf8)
    let mark = Array(separator.utf8)
    var parts: [String] = []
    var start = 0
    var index = 0
    while index + mark.count <= bytes.count {
      if bytes[index..<index + mark.count].elementsEqual(mark) {
        parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
        index += mark.count
        start = index
      } else {
        index += 1
      }
    }
    parts.append(String(decoding: bytes[start...], as: UTF8.self))
    return parts
  }
}
