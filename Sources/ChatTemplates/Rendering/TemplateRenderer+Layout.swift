/// Filters that lay out long values in lines.
extension TemplateRenderer {
  /// Breaks lines at spaces and hyphens so that none is longer than a width, as Python's `textwrap`.
  func wrapped(
    _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateText {
    let width = call.value(0, "width")?.wholeNumber ?? 79
    guard width > 0 else { throw wrongKind("`wordwrap`", "a width of \(width)") }
    let breaksWords = call.value(1, "break_long_words")?.isTrue ?? true
    let lineEnd = call.value(2, "wrapstring").flatMap(\.text) ?? "\n"
    let breaksHyphens = call.value(3, "break_on_hyphens")?.isTrue ?? true
    // So many lines there can be.
    try charge(text.scalarCount)
    let lines = text.lines().map { line in
      line.wrapped(width, breaksWords: breaksWords, breaksHyphens: breaksHyphens)
    }
    let count = lines.reduce(0) { $0 + max(1, $1.count) }
    try chargeText(text.byteCount + count * lineEnd.byteCount, copied: 0)
    return lines.map { $0.joined(by: lineEnd) }.joined(by: lineEnd)
  }

  /// What Python's `pprint.pformat` gives: keys in order, a line an item where 80 columns are not
  /// enough.
  func prettyPrinted(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateText {
    try pretty(value, indentation: 0, allowance: 0, isOutermost: true)
  }

  private func pretty(
    _ value: TemplateValue, indentation: Int, allowance: Int, isOutermost: Bool = false
  ) throws(ChatTemplateError) -> TemplateText {
    let short = try representation(of: sorted(value))
    guard short.scalarCount > 80 - indentation - allowance else { return short }
    return try deeper { () throws(ChatTemplateError) in
      let newLine = TemplateText(",\n" + String(repeating: " ", count: indentation + 1))
      switch value {
      case .map(let map):
        var parts: [TemplateText] = []
        let places = try sortedPlaces(map.entries.map(\.key))
        for (count, place) in places.enumerated() {
          let (key, value) = map.entries[place]
          let name = try representation(of: key) + ": "
          parts.append(
            name
              + (try pretty(
                value, indentation: indentation + 1 + name.scalarCount,
                allowance: count + 1 == places.count ? allowance + 1 : 1)))
        }
        return "{" + parts.joined(by: newLine) + "}"
      case .list(let list) where list.form == .list || list.form.isTuple:
        let end = list.form == .list ? "]" : list.items.count == 1 ? ",)" : ")"
        var parts: [TemplateText] = []
        for (count, item) in list.items.enumerated() {
          let isLast = count + 1 == list.items.count
          parts.append(
            try pretty(
              item, indentation: indentation + 1,
              allowance: isLast ? allowance + end.utf8.count : 1))
        }
        return (list.form == .list ? "[" : "(") + parts.joined(by: newLine) + TemplateText(end)
      case .string(let text):
        return try pretty(
          text, indentation: indentation + (isOutermost ? 1 : 0),
          allowance: allowance + (isOutermost ? 1 : 0), isOutermost: isOutermost)
      default: return short
      }
    }
  }

  /// A long text in pieces, a line each.
  private func pretty(
    _ text: TemplateText, indentation: Int, allowance: Int, isOutermost: Bool
  ) throws(ChatTemplateError) -> TemplateText {
    var chunks: [TemplateText] = []
    let lines = text.lines(keepingEnds: true)
    for (index, line) in lines.enumerated() {
      let isLast = index + 1 == lines.count
      let width = 80 - indentation
      let whole = try representation(of: .string(line))
      guard whole.scalarCount > width - (isLast ? allowance : 0) else {
        chunks.append(whole)
        continue
      }
      var current: TemplateText = ""
      let parts = line.wordsWithSpace
      for (place, part) in parts.enumerated() {
        let room = width - (isLast && place + 1 == parts.count ? allowance : 0)
        let candidate = current + part
        if try representation(of: .string(candidate)).scalarCount > room {
          if !current.isEmpty { chunks.append(try representation(of: .string(current))) }
          current = part
        } else {
          current = candidate
        }
      }
      if !current.isEmpty { chunks.append(try representation(of: .string(current))) }
    }
    guard chunks.count > 1 else { return chunks.first ?? "''" }
    let joined = chunks.joined(
      by: TemplateText("\n" + String(repeating: " ", count: indentation)))
    return isOutermost ? "(" + joined + ")" : joined
  }

  /// The value with its keys in order, at every level.
  private func sorted(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    try deeper { () throws(ChatTemplateError) in
      switch value {
      case .map(let map):
        var entries: [(TemplateValue, TemplateValue)] = []
        for place in try sortedPlaces(map.entries.map(\.key)) {
          entries.append((map.entries[place].key, try sorted(map.entries[place].value)))
        }
        return .map(TemplateMap(entries, node: map.node))
      case .list(let list):
        var items: [TemplateValue] = []
        for item in list.items { items.append(try sorted(item)) }
        return .list(TemplateList(items, as: list.form, node: list.node))
      default: return value
      }
    }
  }
}

extension TemplateText {
  /// Words, each with the space after it.
  fileprivate var wordsWithSpace: [TemplateText] {
    var parts: [TemplateText] = []
    var (start, place) = (0, 0)
    var wasSpace = false
    for scalar in string.unicodeScalars {
      if wasSpace, !scalar.isPythonSpace {
        parts.append(self[start..<place])
        start = place
      }
      wasSpace = scalar.isPythonSpace
      place += UTF8.width(scalar)
    }
    return start < byteCount ? parts + [self[start..<byteCount]] : parts
  }

  /// The pieces between which a line may break: words, perhaps up to a hyphen, and space.
  private func pieces(atHyphens: Bool) -> [TemplateText] {
    let scalars = Array(string.unicodeScalars)
    let bytes = scalarPlaces
    var pieces: [TemplateText] = []
    var start = 0
    for place in scalars.indices.dropFirst() {
      let isEdge = scalars[place].isPythonSpace != scalars[place - 1].isPythonSpace
      let isHyphen =
        atHyphens && place >= 3 && scalars[place - 1] == "-" && scalars[place - 2].isLetter
        && scalars[place - 3].isWordScalar && place + 1 < scalars.count
        && scalars[place].isWordScalar && scalars[place + 1].isLetter
      if isEdge || isHyphen {
        pieces.append(self[bytes[start]..<bytes[place]])
        start = place
      }
    }
    return start < scalars.count ? pieces + [self[bytes[start]..<byteCount]] : pieces
  }

  /// Whether there is nothing but space.
  private var isBlank: Bool { string.unicodeScalars.allSatisfy(\.isPythonSpace) }

  /// The first scalars, and the rest in parts of a width.
  ///
  /// All at once, since what is left over would be copied for each line otherwise. Space stays one, as
  /// it is dropped where a line begins.
  private func cut(after first: Int, by width: Int) -> [TemplateText] {
    let bytes = scalarPlaces
    let width = isBlank ? scalarCount : width
    let rest = stride(from: first, to: scalarCount, by: width).map { start in
      self[bytes[start]..<bytes[min(start + width, scalarCount)]]
    }
    return [self[0..<bytes[first]]] + rest
  }

  /// The lines of a text without line ends, none longer than a width where words can be broken.
  fileprivate func wrapped(
    _ width: Int, breaksWords: Bool, breaksHyphens: Bool
  ) -> [TemplateText] {
    // From the last, so that the next can be taken away.
    var rest: [TemplateText] = pieces(atHyphens: breaksHyphens).reversed()
    var lines: [TemplateText] = []
    while !rest.isEmpty {
      if !lines.isEmpty, rest.last?.isBlank == true { rest.removeLast() }
      var line: [TemplateText] = []
      var length = 0
      while let piece = rest.last, length + piece.scalarCount <= width {
        line.append(piece)
        length += piece.scalarCount
        rest.removeLast()
      }
      if let piece = rest.last, piece.scalarCount > width {
        if breaksWords {
          rest.removeLast()
          rest += piece.cut(after: max(1, width - length), by: width).reversed()
          line.append(rest.removeLast())
        } else if line.isEmpty {
          line.append(piece)
          rest.removeLast()
        }
      }
      if line.last?.isBlank == true { line.removeLast() }
      if !line.isEmpty { lines.append(line.joined()) }
    }
    return lines
  }
}
