/// Making values within the limits, and the errors of those who do not keep them.
extension TemplateRenderer {
  /// Counts making a text of `byteCount` bytes, for which `copied` are moved.
  func chargeText(_ byteCount: Int, copied: Int) throws(ChatTemplateError) {
    guard byteCount <= TemplateLimit.bytes else { throw limit("1 MiB of text") }
    try charge(copied / TemplateLimit.copied)
  }

  /// Counts looking at a text scalar by scalar, which costs far more than copying it.
  func chargeScan(_ text: TemplateText) throws(ChatTemplateError) {
    try charge(text.byteCount / TemplateLimit.scanned)
  }

  /// Returns what was made, which counts when it is a text.
  func counted(_ value: TemplateValue) throws(ChatTemplateError) -> TemplateValue {
    if case .string(let text) = value { try chargeText(text.byteCount, copied: text.weight) }
    return value
  }

  /// Returns a new list, when it is not nested too deeply; its items count as steps.
  func list(
    _ items: [TemplateValue], as form: TemplateList.Form = .list, node: Int? = nil
  ) throws(ChatTemplateError) -> TemplateValue {
    try charge(items.count)
    let list = TemplateList(items, as: form, node: node)
    guard list.depth <= TemplateLimit.depth else { throw tooDeep }
    return .list(list)
  }

  /// Returns the parts of a text that stand at these bytes as a list.
  func list(
    _ ranges: [Range<Int>], of text: TemplateText
  ) throws(ChatTemplateError) -> TemplateValue {
    // Before they are made: a part takes more memory than the place of one.
    try charge(ranges.count)
    return try list(ranges.map { .string(text[$0]) })
  }

  /// Returns what can be gone through once.
  func generator(_ items: [TemplateValue]) throws(ChatTemplateError) -> TemplateValue {
    generatorCount += 1
    return try list(items, as: .generator(generatorCount))
  }

  var tooDeep: ChatTemplateError { limit("100 levels of nesting") }

  func limit(_ name: String) -> ChatTemplateError {
    ChatTemplateError(fault: .limit(name), line: line)
  }

  func wrongKind(_ operation: String, _ found: String) -> ChatTemplateError {
    ChatTemplateError(fault: .wrongKind(operation: operation, found: found), line: line)
  }

  func unsupported(_ kind: String, _ name: String) -> ChatTemplateError {
    ChatTemplateError(fault: .unsupported(kind: kind, name: name), line: line)
  }

  func undefined(_ name: String) -> ChatTemplateError {
    ChatTemplateError(fault: .undefined(name), line: line)
  }
}
