import Serialization

/// A JSON object whose kind of row has been told by its keys.
struct JSONRow {
  let shape: RowShape
  private let object: JSONObject

  /// Tells the kind of a row: the one with the fields the user named, else one of those known.
  init(_ value: JSONValue, fields: RowShape?) throws(RowFault) {
    guard let object = value.object else { throw RowFault(.notAnObject(found: value.kind)) }
    self.object = object
    let keys = object.keys
    if let fields {
      if let missing = fields.fields.first(where: { !keys.contains($0) }) {
        throw RowFault(.missingKey(missing, of: "the row"))
      }
      shape = fields
      return
    }
    guard !Self.isPreference(object) else { throw RowFault(.preferenceRow) }
    guard let shape = Self.shape(of: keys) else {
      throw RowFault(.unknownKeys(keys, suggestion: Self.suggestion(for: keys)))
    }
    self.shape = shape
  }

  /// The shapes told by their keys, in order of preference.
  private static let shapes: [RowShape] =
    [.messages, .conversations, .instruction] + KnownFields.shapes

  private static func shape(of keys: [String]) -> RowShape? {
    let whole = shapes.first { $0.fields.allSatisfy(keys.contains) }
    // A row with a prompt and no completion is a bad row of that kind, not of an unknown one.
    return whole ?? shapes.first { $0.fields.first.map(keys.contains) ?? false }
  }

  /// Tells rows of two answers, and rows with an answer and a thumb up or down.
  private static func isPreference(_ object: JSONObject) -> Bool {
    let keys = Set(object.keys)
    if keys.contains("messages") || keys.contains("completion"), object["label"]?.bool != nil {
      return true
    }
    let isRanked =
      keys.isSuperset(of: ["chosen", "rejected"]) || keys.contains("preferred_output")
      || keys.contains("preferred_completion")
    return isRanked && keys.isDisjoint(with: ["output", "messages", "completion"])
  }

  private static func suggestion(for keys: [String]) -> String? {
    let known = Set(shapes.flatMap(\.fields)).sorted()
    return keys.lazy.compactMap { Spelling.nearest(to: $0, among: known) }.first
  }

  /// The keys of the row that nothing is made of.
  var ignoredKeys: Set<String> {
    let used: Set<String> =
      shape == .instruction
      ? ["instruction", "input", "output", "system", "history"]
      : Set(shape.fields)
    return Set(object.keys).subtracting(used)
  }

  /// Returns what the row says.
  func content() throws(RowFault) -> Example.Content {
    switch shape {
    case .messages: return .conversation(try Conversation.turns(openAI: object))
    case .conversations: return .conversation(try Conversation.turns(shareGPT: object))
    case .instruction: return try instruction()
    default: return try fields()
    }
  }

  /// Returns the values of named fields; the last may not be empty, nor may a text with a label.
  private func fields() throws(RowFault) -> Example.Content {
    var values: [String] = []
    for key in shape.fields { values.append(try text(key)) }
    if case .labelled(let text, _) = shape, values[0].isBlank {
      throw RowFault(.emptyText(key: text), at: .key(text))
    }
    if let last = shape.fields.last, values.last?.isBlank ?? true {
      throw RowFault(.emptyText(key: last), at: .key(last))
    }
    guard let content = shape.content(values) else {
      throw RowFault(.unknownKeys(object.keys, suggestion: nil))
    }
    return content
  }

  /// Returns the text of a key; a label may also be a whole number or a truth value.
  private func text(_ key: String) throws(RowFault) -> String {
    guard let value = object[key] else { throw RowFault(.missingKey(key, of: "the row")) }
    if let text = value.string { return text }
    if case .labelled(_, key) = shape {
      if let number = value.int { return String(number) }
      if let flag = value.bool { return String(flag) }
    }
    throw RowFault(
      .wrongType(key: key, found: value.kind, expected: "a text"), at: .key(key))
  }

  /// Returns an instruction with its input; a conversation if it has a system text or a history.
  private func instruction() throws(RowFault) -> Example.Content {
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
    let pairs = value.array?.map { $0.array?.compactMap(\.string) ?? [] }
    guard let pairs, pairs.allSatisfy({ $0.count == 2 }) else {
      let expected = "a list of pairs of texts"
      throw RowFault(
        .wrongType(key: "history", found: value.kind, expected: expected), at: .key("history"))
    }
    return pairs.flatMap { [Turn(.user, $0[0]), Turn(.assistant, $0[1])] }
  }
}

extension String {
  /// Whether there is nothing but white space.
  var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
