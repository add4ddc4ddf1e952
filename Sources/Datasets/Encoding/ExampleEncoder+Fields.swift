import Serialization

/// What messages and rows have beside texts, as far as the chat template writes it.
extension ExampleEncoder {
  /// Returns the encoder for a row with such fields.
  func given(_ fields: JSONObject) -> ExampleEncoder {
    guard let renderer, !fields.isEmpty else { return self }
    return ExampleEncoder(encoder, renderer: renderer.given(fields), options: options)
  }

  /// Returns the keys of a row and its messages that make no difference to what the template writes.
  func unwrittenKeys(of example: Example) -> Set<String> {
    guard case .conversation(let turns) = example.content else { return [] }
    var keys: Set<String> = []
    let row = given(example.fields)
    for index in turns.indices {
      for (key, value) in turns[index].fields.entries where key != "content" {
        guard value.string?.isEmpty != true, !keys.contains(key) else { continue }
        if row.writes(key, of: index, in: turns) == false { keys.insert(key) }
      }
    }
    let end = (turns.lastIndex { $0.role == .assistant } ?? turns.count - 1) + 1
    for key in example.fields.keys {
      var others = example.fields
      others[key] = nil
      let isWritten =
        renderer?.mayWrite(key) != false
        && row.text(of: Array(turns[..<end])) != given(others).text(of: Array(turns[..<end]))
      if !isWritten { keys.insert(key) }
    }
    return keys
  }

  /// Whether the template writes a field of a message, when that is the last one; nil when it refuses
  /// to write the conversation at all.
  private func writes(_ key: String, of index: Int, in turns: [Turn]) -> Bool? {
    guard renderer?.mayWrite(key) != false else { return false }
    var others = Array(turns[...index])
    guard let whole = text(of: others) else { return nil }
    others[index] = turns[index].without(key)
    return whole != text(of: others)
  }

  private func text(of turns: [Turn]) -> String? {
    try? render(turns, addingGenerationPrompt: false)
  }

  /// Refuses to train an answer without the call that makes it one.
  ///
  /// - Throws: ``ProblemReason/templateDropsCall(turn:key:)``.
  func checkCalls(
    of index: Int, in turns: [Turn], writtenAs text: String
  ) throws(ProblemReason) {
    guard turns[index].isTrained else { return }
    for key in MessageReader.callKeys where turns[index].fields[key] != nil {
      guard writes(key, of: index, in: turns) == false else { continue }
      throw .templateDropsCall(turn: index + 1, key: key)
    }
  }
}
