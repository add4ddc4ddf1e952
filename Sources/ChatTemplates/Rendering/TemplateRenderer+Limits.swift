/// Making values within the limits, and the errors of those who do not keep them.
extension TemplateRenderer {
  /// Counts making a text of `byteCount` bytes, of which `copied` had to be moved.
  func chargeText(_ byteCount: Int, copied: Int) throws(ChatTemplateError) {
    guard byteCount <= TemplateLimit.bytes else { throw limit("1 MiB of text") }
    try charge(copied / 256)
  }

  /// Returns a new list, when it is not nested too deeply; its items count as steps.
  func list(
    _ items: [TemplateValue], as form: TemplateList.Form = .list, node: Int? = nil
  ) throws(ChatTemplateError) -> TemplateValue {
    try charge(items.count / 8)
    let list = TemplateList(items, as: form, node: node)
    guard list.depth <= TemplateLimit.depth else { throw tooDeep }
    return .list(list)
  }

  func list(_ texts: [TemplateText]) throws(ChatTemplateError) -> TemplateValue {
    try list(texts.map { .string($0) })
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
