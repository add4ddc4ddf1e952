/// Comparisons, by Python's rules.
extension TemplateRenderer {
  func comparison(
    _ first: TemplateExpression, _ pairs: [(sign: String, value: TemplateExpression)]
  ) throws(ChatTemplateError) -> TemplateValue {
    var left = try evaluate(first)
    for (sign, expression) in pairs {
      let right = try evaluate(expression)
      guard try holds(left, sign, right) else { return .bool(false) }
      left = right
    }
    return .bool(true)
  }

  private func holds(
    _ a: TemplateValue, _ sign: String, _ b: TemplateValue
  ) throws(ChatTemplateError) -> Bool {
    switch sign {
    case "==": return try equal(a, b)
    case "!=": return !(try equal(a, b))
    case "in": return try contains(b, a)
    case "not in": return !(try contains(b, a))
    case "<": return try isLess(a, b)
    case ">": return try isLess(b, a)
    case "<=": return try isLess(a, b) ? true : equal(a, b)
    default: return try isLess(b, a) ? true : equal(a, b)
    }
  }

  func equal(_ a: TemplateValue, _ b: TemplateValue) throws(ChatTemplateError) -> Bool {
    // What is compared most often needs no level of its own.
    if case .string(let x) = a, case .string(let y) = b {
      try charge(1 + min(x.byteCount, y.byteCount) / TemplateLimit.copied)
      return x == y
    }
    return try deeper { () throws(ChatTemplateError) in
      switch (a, b) {
      case (.list(let x), .list(let y)):
        guard x.form.isTuple == y.form.isTuple, x.items.count == y.items.count,
          x.form.isGenerator == y.form.isGenerator
        else { return false }
        if x.form.isGenerator { return x.form == y.form }
        for (one, other) in zip(x.items, y.items) where !(try equal(one, other)) { return false }
        return true
      case (.map(let x), .map(let y)):
        guard x.entries.count == y.entries.count else { return false }
        for (key, value) in x.entries {
          guard let other = y[key], try equal(value, other) else { return false }
        }
        return true
      default: return a.isSameKey(as: b)
      }
    }
  }

  func isLess(_ a: TemplateValue, _ b: TemplateValue) throws(ChatTemplateError) -> Bool {
    if case .string(let x) = a, case .string(let y) = b {
      try charge(1 + min(x.byteCount, y.byteCount) / TemplateLimit.scanned)
      return x.string.unicodeScalars.lexicographicallyPrecedes(y.string.unicodeScalars)
    }
    if case .list(let x) = a, case .list(let y) = b, x.form.isTuple == y.form.isTuple {
      for (one, other) in zip(x.items, y.items) where !(try equal(one, other)) {
        return try deeper { () throws(ChatTemplateError) in try isLess(one, other) }
      }
      return x.items.count < y.items.count
    }
    for value in [a, b] { if case .undefined(let name) = value { throw undefined(name) } }
    guard let x = a.number, let y = b.number else {
      throw wrongKind("a comparison", "\(a.kind) and \(b.kind)")
    }
    return x < y
  }

  func contains(
    _ whole: TemplateValue, _ part: TemplateValue
  ) throws(ChatTemplateError) -> Bool {
    switch whole {
    case .string(let text):
      guard let part = part.text else { throw wrongKind("`in` a text", part.kind) }
      try charge(text.byteCount / TemplateLimit.copied)
      return text.contains(part)
    case .map(let map):
      guard let entry = map.entry(part) else { return false }
      markRead(entry.key, entry.value)
      return true
    default:
      for item in try items(of: whole, for: "`in`") where try equal(item, part) { return true }
      return false
    }
  }
}
