/// Python's `%` on texts, and its `format`.
extension TemplateRenderer {
  /// What `text % value` gives: a tuple has the values in turn, a map those with names.
  func printed(
    _ text: TemplateText, _ value: TemplateValue
  ) throws(ChatTemplateError) -> TemplateText {
    var call = TemplateCall(plain: [value])
    if case .list(let list) = value, list.form.isTuple { call.plain = list.items }
    if case .map(let map) = value {
      for (key, value) in map.entries { try add(value, named: key.string ?? "", to: &call) }
    }
    return try printed(text, call)
  }

  /// What `text|format(…)` gives.
  func printed(
    _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateText {
    var output: TemplateText = ""
    var next = 0
    var rest = text.string.unicodeScalars[...]
    let utf8 = text.string.utf8
    while let sign = rest.firstIndex(of: "%") {
      output.append(
        text[
          utf8.distance(
            from: utf8.startIndex, to: rest.startIndex)..<utf8.distance(
              from: utf8.startIndex, to: sign)])
      rest = rest[rest.index(after: sign)...]
      guard let field = TemplateFormat(percent: &rest) else {
        throw wrongKind("`format`", "the text after a `%`")
      }
      if field.kind == "%" {
        output.append("%")
        continue
      }
      var value: TemplateValue?
      if let name = field.name {
        value = call.named[name]
      } else if next < call.plain.count {
        value = call.plain[next]
        next += 1
      }
      guard let value else { throw wrongKind("`format`", "too few values") }
      let part = try written(value, field)
      try chargeText(output.byteCount + part.byteCount, copied: part.weight)
      output.append(part)
    }
    output.append(
      text[utf8.distance(from: utf8.startIndex, to: rest.startIndex)..<text.byteCount])
    guard next == call.plain.count || next == 0 && !call.named.entries.isEmpty else {
      throw wrongKind("`format`", "more values than places")
    }
    return output
  }

  /// What `text.format(…)` gives.
  func formatted(
    _ text: TemplateText, _ call: TemplateCall
  ) throws(ChatTemplateError) -> TemplateText {
    var output: TemplateText = ""
    var next = 0
    var rest = text.string.unicodeScalars[...]
    func part(upTo end: Substring.UnicodeScalarView.Index) -> TemplateText {
      let utf8 = text.string.utf8
      return text[
        utf8.distance(
          from: utf8.startIndex, to: rest.startIndex)..<utf8.distance(
            from: utf8.startIndex, to: end)]
    }
    while let sign = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      output.append(part(upTo: sign))
      let scalar = rest[sign]
      rest = rest[rest.index(after: sign)...]
      if rest.first == scalar {
        output.append(TemplateText(String(scalar)))
        rest.removeFirst()
        continue
      }
      guard scalar == "{", let end = rest.firstIndex(of: "}") else {
        throw wrongKind("`format`", "a single `\(scalar)`")
      }
      let part = try field(String(rest[..<end]), call, &next)
      try chargeText(output.byteCount + part.byteCount, copied: part.weight)
      output.append(part)
      rest = rest[rest.index(after: end)...]
    }
    output.append(part(upTo: rest.endIndex))
    return output
  }

  /// What stands for `name.attribute[item]!conversion:specification`.
  private func field(
    _ source: String, _ call: TemplateCall, _ next: inout Int
  ) throws(ChatTemplateError) -> TemplateText {
    let halves = source.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let names = halves[0].split(separator: "!", maxSplits: 1, omittingEmptySubsequences: false)
    var path = names[0][...]
    let name = path.prefix { $0 != "." && $0 != "[" }
    path = path.dropFirst(name.count)
    var value: TemplateValue?
    if let place = name.isEmpty ? next : Int(name) {
      value = call.plain.indices.contains(place) ? call.plain[place] : nil
      if name.isEmpty { next += 1 }
    } else {
      value = call.named[String(name)]
    }
    while let sign = path.first, let owner = value {
      let key = path.dropFirst().prefix { sign == "[" ? $0 != "]" : $0 != "." && $0 != "[" }
      path = path.dropFirst(1 + key.count + (sign == "[" ? 1 : 0))
      let text = TemplateValue.text(String(key))
      value =
        sign == "["
        ? try item(Int(key).map { .int($0) } ?? text, of: owner)
        : try attribute(String(key), of: owner)
    }
    guard let value, let format = TemplateFormat(spec: halves.count > 1 ? String(halves[1]) : "")
    else { throw wrongKind("`format`", "the field `\(source.prefix(40))`") }
    let conversion = names.count > 1 ? names[1] : ""
    return try written(
      conversion == "r" || conversion == "a" ? .string(representation(of: value)) : value, format)
  }

  private func written(
    _ value: TemplateValue, _ field: TemplateFormat
  ) throws(ChatTemplateError) -> TemplateText {
    switch field.kind {
    case "s", "":
      if field.kind.isEmpty, value.number != nil, value.string == nil, field.precision != nil {
        return field.padded(TemplateText(try number(value, field)), isNumber: true)
      }
      if field.isGrouped, let whole = value.wholeNumber {
        return field.padded(TemplateText(field.whole(whole)), isNumber: true)
      }
      var text = try text(of: value)
      if let precision = field.precision { text = text.prefix(scalars: precision) }
      return field.padded(text, isNumber: field.kind.isEmpty && value.number != nil)
    case "r", "a": return field.padded(try representation(of: value), isNumber: false)
    case "c":
      let scalar = value.wholeNumber.flatMap { UInt32(exactly: $0) }.flatMap(Unicode.Scalar.init)
      return field.padded(
        value.text ?? TemplateText(scalar.map { String($0) } ?? ""), isNumber: false)
    default: return field.padded(TemplateText(try number(value, field)), isNumber: true)
    }
  }

  private func number(
    _ value: TemplateValue, _ field: TemplateFormat
  ) throws(ChatTemplateError) -> String {
    guard let number = value.number else { throw wrongKind("`%\(field.kind)`", value.kind) }
    switch field.kind {
    case "d", "i", "u", "b", "x", "X", "o":
      guard let whole = value.wholeNumber ?? Int(exactly: number.rounded(.towardZero)) else {
        throw wrongKind("`%\(field.kind)`", value.kind)
      }
      return field.whole(whole)
    default: return field.real(number)
    }
  }
}
