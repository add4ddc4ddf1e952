/// Python's methods of texts and lists that templates meet less often.
extension TemplateRenderer {
  func otherTextMethod(
    _ name: String, _ text: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue? {
    let scalars = text.unicodeScalars
    switch name {
    case "format": return .string(try formatted(text, call))
    case "title": return .string(TemplateText.pythonTitle(text))
    case "casefold": return .string(text.lowercased())
    case "swapcase":
      return .string(
        scalars.map {
          $0.properties.isUppercase
            ? $0.properties.lowercaseMapping : $0.properties.uppercaseMapping
        }.joined())
    case "find", "rfind", "index", "rindex", "count": return try search(name, text, call)
    case "partition", "rpartition", "rsplit": return try partition(name, text, call)
    case "zfill", "ljust", "rjust", "center": return .string(try filled(name, text, call))
    case "isdigit", "isdecimal", "isnumeric":
      return .bool(!text.isEmpty && scalars.allSatisfy { $0.properties.numericType != nil })
    case "isalpha": return .bool(!text.isEmpty && scalars.allSatisfy { $0.isLetter })
    case "isalnum":
      return .bool(
        !text.isEmpty && scalars.allSatisfy { $0.isLetter || $0.properties.numericType != nil })
    case "isspace":
      return .bool(!text.isEmpty && scalars.allSatisfy(\.properties.isWhitespace))
    case "isascii": return .bool(text.utf8.allSatisfy { $0 < 0x80 })
    case "islower": return .bool(try test(.string(text), "lower", TemplateCall()))
    case "isupper": return .bool(try test(.string(text), "upper", TemplateCall()))
    default: return nil
    }
  }

  private func search(
    _ name: String, _ text: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    guard let part = call.plain.first?.string, call.plain.count == 1 else {
      throw wrongKind("`\(name)`", "anything but one text")
    }
    let bytes = Array(text.utf8)
    var places: [Int] = []
    if part.isEmpty {
      let count = text.unicodeScalars.count
      return .int(name == "count" ? count + 1 : name.hasPrefix("r") ? count : 0)
    }
    var from = 0
    while let place = TemplateText.firstPlace(of: part, in: bytes, from: from) {
      places.append(place)
      try charge()
      from = name == "count" ? place + part.utf8.count : place + 1
      if name == "find" || name == "index" { break }
    }
    if name == "count" { return .int(places.count) }
    guard let place = name.hasPrefix("r") ? places.last : places.first else {
      guard name.hasSuffix("find") else { throw wrongKind("`\(name)`", "a text that is not there") }
      return .int(-1)
    }
    // Places count scalars.
    return .int(bytes[..<place].count { $0 & 0xC0 != 0x80 })
  }

  private func partition(
    _ name: String, _ text: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue {
    if name == "rsplit", try optional(call, name) == nil {
      guard call.value(1, "maxsplit") == nil else { throw unsupported("argument", "maxsplit") }
      return try list(TemplateText.words(text).map { .string($0) })
    }
    guard let mark = try optional(call, name), !mark.isEmpty else {
      throw wrongKind("`\(name)`", "an empty separator")
    }
    let parts = TemplateText.split(text, at: mark)
    if name == "rsplit" {
      let limit = call.value(1, "maxsplit")?.wholeNumber ?? -1
      guard limit >= 0, parts.count > limit + 1 else { return try list(parts.map { .string($0) }) }
      let kept = parts.dropLast(limit).joined(separator: mark)
      return try list(([kept] + parts.suffix(limit)).map { .string($0) })
    }
    guard parts.count > 1, let first = parts.first, let last = parts.last else {
      let empty = TemplateValue.string("")
      let whole = TemplateValue.string(text)
      return try list(
        name == "partition" ? [whole, empty, empty] : [empty, empty, whole], as: .tuple)
    }
    let cut =
      name == "partition"
      ? [first, mark, parts.dropFirst().joined(separator: mark)]
      : [parts.dropLast().joined(separator: mark), mark, last]
    return try list(cut.map { .string($0) }, as: .tuple)
  }

  private func filled(
    _ name: String, _ text: String, _ call: TemplateCall
  ) throws(ChatTemplateError) -> String {
    guard let width = call.plain.first?.wholeNumber, width <= 100_000 else {
      throw wrongKind("`\(name)`", "this width")
    }
    let filling = name == "zfill" ? "0" : call.value(1, "fillchar")?.string ?? " "
    guard filling.unicodeScalars.count == 1 else { throw wrongKind("`\(name)`", "this filling") }
    let missing = max(0, width - text.unicodeScalars.count)
    try chargeText(text.utf8.count + 4 * missing, copied: missing)
    let space = String(repeating: filling, count: missing)
    switch name {
    case "ljust": return text + space
    case "rjust": return space + text
    case "center": return TemplateText.centered(text, width, with: filling)
    default:
      let sign = text.first == "-" || text.first == "+" ? text.prefix(1) : ""
      return sign + space + text.dropFirst(sign.count)
    }
  }

  func listMethod(
    _ name: String, _ list: TemplateList, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue? {
    guard ["index", "count", "copy"].contains(name) else { return nil }
    if name == "copy" { return .list(list) }
    guard let wanted = call.plain.first else { throw wrongKind("`\(name)`", "no value") }
    var places: [Int] = []
    for (place, item) in list.items.enumerated() where try equal(item, wanted) {
      places.append(place)
    }
    if name == "count" { return .int(places.count) }
    guard let place = places.first else { throw wrongKind("`index`", "a value that is not there") }
    return .int(place)
  }

  /// `cycle` takes its arguments in turn; `changed` tells whether they are others than the last time.
  func loopMethod(
    _ name: String, _ loop: TemplateLoop, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateValue? {
    switch name {
    case "cycle":
      guard !call.plain.isEmpty else { throw wrongKind("`cycle`", "no values") }
      return call.plain[loop.index % call.plain.count]
    case "changed":
      let values = try list(call.plain, as: .tuple)
      guard changedValues.indices.contains(loop.place) else { return .bool(true) }
      let isSame = try changedValues[loop.place].map {
        (last) throws(ChatTemplateError) in try equal(last, values)
      }
      changedValues[loop.place] = values
      return .bool(isSame != true)
    default: return nil
    }
  }
}

extension TemplateText {
  /// Makes each first letter after what is no letter large and the others small.
  static func pythonTitle(_ text: String) -> String {
    var output = ""
    var isInside = false
    for scalar in text.unicodeScalars {
      let properties = scalar.properties
      output += isInside ? properties.lowercaseMapping : properties.titlecaseMapping
      isInside = properties.isCased
    }
    return output
  }
}

extension Unicode.Scalar {
  /// Whether this is a letter of any script.
  fileprivate var isLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }
}
