import Serialization

/// Rows of an instruction and its output, with what may stand beside them.
extension JSONRow {
  /// Returns an instruction with its input; a conversation if it has a system text or a history.
  func instruction() throws(RowFault) -> Example.Content {
    let answer = try text("output")
    guard !answer.isBlank else { throw RowFault(.emptyText(key: "output"), at: .key("output")) }
    let input = try optionalText("input")
    let instruction = try text("instruction")
    let prompt = input.isEmpty ? instruction : instruction + "\n\n" + input
    let system = try optionalText("system")
    let history = try history()
    guard !system.isEmpty || !history.isEmpty else {
      return .completion(prompt: prompt, completion: answer)
    }
    let start = system.isEmpty ? [] : [Turn(.system, system)]
    return .conversation(start + history + [Turn(.user, prompt), Turn(.assistant, answer)])
  }

  private func optionalText(_ key: String) throws(RowFault) -> String {
    guard let value = object[key], !value.isNull else { return "" }
    return try text(key)
  }

  /// Returns the turns of `history`, a list of pairs of what was asked and answered.
  private func history() throws(RowFault) -> [Turn] {
    guard let value = object["history"], !value.isNull else { return [] }
    guard let pairs = value.array else {
      throw RowFault(
        .wrongType(key: "history", found: value.kind, expected: "a list of pairs of texts"),
        at: .key("history"))
    }
    var turns: [Turn] = []
    for (index, pair) in pairs.enumerated() {
      guard let texts = pair.array, texts.count == 2 else {
        throw RowFault(
          .wrongType(
            key: "history", found: "a list with \(pair.kind)", expected: "a list of pairs of texts"),
          at: .key("history"), .index(index))
      }
      for (side, text) in texts.enumerated() {
        guard let words = text.string else {
          throw RowFault(
            .wrongType(key: "history", found: text.kind, expected: "a text"),
            at: .key("history"), .index(index), .index(side))
        }
        turns.append(side == 0 ? Turn(.user, words) : Turn(.assistant, words))
      }
    }
    return turns
  }
}
