import Serialization

/// Reads rows that say which answers are good: two answers of which one is better, as TRL and
/// OpenAI's API write them, or one answer and a verdict on it.
struct PreferenceRow {
  /// What the row says of answers.
  let shape: RowShape
  /// What holds the prompt: the row, or its `input`.
  let holder: JSONObject
  /// The way to the holder.
  let holderPath: [JSONStep]
  private let row: JSONObject

  /// Tells such a row by its keys; nil for others.
  init?(_ row: JSONObject) {
    self.row = row
    let keys = Set(row.keys)
    if keys.contains(where: Self.outputKeys.contains) {
      shape = .preferredOutput
      (holder, holderPath) = (row["input"]?.object ?? [:], [.key("input")])
      return
    }
    (holder, holderPath) = (row, [])
    if keys.isSuperset(of: RowShape.preference.fields) {
      shape = .preference
    } else if row["label"]?.bool != nil, keys.contains("completion") || keys.contains("messages") {
      shape = .verdict
    } else {
      return nil
    }
  }

  /// The API's names of the better answer: the guide's and the specification's.
  private static let preferredKeys = ["preferred_output", "preferred_completion"]
  /// Those of the other one.
  private static let otherKeys = ["non_preferred_output", "non_preferred_completion"]
  private static let outputKeys = preferredKeys + otherKeys
  /// Keys of a prompt that is one text, in order of preference.
  private static let promptKeys = ["prompt", "instruction", "question"]

  /// The keys that something is made of.
  var usedKeys: Set<String> {
    var used = Set(shape.fields + ["system"])
    switch shape {
    case .preferredOutput: used.formUnion(Self.outputKeys)
    case .verdict: used.formUnion(["prompt", "messages"])
    default:
      if let key = promptKey { used.insert(key) }
      if promptKey == "instruction" { used.insert("input") }
    }
    return used
  }

  /// Returns what the row says.
  func content() throws(RowFault) -> Example.Content {
    switch shape {
    case .verdict: return try verdict()
    case .preferredOutput:
      return try pair(
        givenMessages(), try key(among: Self.preferredKeys), try key(among: Self.otherKeys))
    default:
      let given = try given()
      return try pair(given, "chosen", "rejected")
    }
  }

  // MARK: What is given

  /// What answers go on from.
  private enum Given {
    case nothing
    case text(String)
    case turns([Turn])
  }

  private var promptKey: String? {
    Self.promptKeys.first { row[$0].map { !$0.isNull } ?? false }
  }

  /// The column of a table that is the prompt of two answers; nil without one.
  static func promptName(among columns: [String]) -> String? {
    promptKeys.first(where: columns.contains)
  }

  /// What the columns of a table say: the better answer, the other one, and perhaps their prompt.
  static func content(ofColumns values: [String]) throws(RowFault) -> Example.Content {
    var row: JSONObject = [:]
    for (key, value) in zip(RowShape.preference.fields + ["prompt"], values) {
      row[key] = .string(value)
    }
    guard let read = PreferenceRow(row) else { throw RowFault(.emptyText(key: "chosen")) }
    return try read.content()
  }

  private func given() throws(RowFault) -> Given {
    guard let key = promptKey, let value = row[key] else { return .nothing }
    if value.array != nil {
      return .turns(try Conversation.list(key, of: row).map(\.asContext))
    }
    var prompt = try text(key)
    if key == "instruction", let input = row["input"]?.string, !input.isEmpty {
      prompt += "\n\n" + input
    }
    guard let system = row["system"]?.string, !system.isEmpty else { return .text(prompt) }
    return .turns([Turn(.system, system), Turn(.user, prompt)])
  }

  private func givenMessages() throws(RowFault) -> Given {
    guard let input = row["input"] else { throw RowFault(.missingKey("input", of: "the row")) }
    guard let object = input.object else {
      throw RowFault(
        .wrongType(key: "input", found: input.kind, expected: "an object"), at: .key("input"))
    }
    do throws(RowFault) {
      return .turns(try Conversation.list("messages", of: object).map(\.asContext))
    } catch { throw RowFault(error.reason, path: holderPath + error.path) }
  }

  private func key(among names: [String]) throws(RowFault) -> String {
    guard let key = names.first(where: { row[$0] != nil }) else {
      throw RowFault(.missingKey(names[0], of: "the row"))
    }
    return key
  }

  // MARK: Answers

  /// An answer as it stands in a row.
  private enum Answer: Hashable {
    case text(String)
    case turns([Turn])
  }

  /// Reads an answer: a text, a list of messages, or one message.
  private func answer(_ key: String) throws(RowFault) -> Answer {
    guard let value = row[key] else { throw RowFault(.missingKey(key, of: "the row")) }
    if value.array != nil { return .turns(try Conversation.list(key, of: row)) }
    if value.object != nil {
      do throws(RowFault) {
        return .turns(try Conversation.list(key, of: [key: .array([value])]))
      } catch {
        // The message stands under the key itself, in no list.
        throw RowFault(error.reason, path: [.key(key)] + error.path.dropFirst(2))
      }
    }
    let text = try text(key)
    guard !text.isBlank else { throw RowFault(.emptyText(key: key), at: .key(key)) }
    return .text(text)
  }

  private func pair(
    _ given: Given, _ better: String, _ worse: String
  ) throws(RowFault) -> Example.Content {
    let (chosen, rejected) = (try answer(better), try answer(worse))
    guard chosen != rejected else {
      throw RowFault(.sameAnswers(better, worse), at: .key(worse))
    }
    switch (chosen, rejected) {
    case (.text(let chosen), .text(let rejected)):
      return .preference(content(given, chosen), over: content(given, rejected))
    case (.turns(let chosen), .turns(let rejected)):
      let (start, count) = beginning(given, chosen, rejected)
      return .preference(
        .conversation(start + (try answering(chosen, from: count, better))),
        over: .conversation(start + (try answering(rejected, from: count, worse))))
    default:
      let isText = if case .text = chosen { true } else { false }
      throw RowFault(
        .wrongType(
          key: worse, found: row[worse]?.kind ?? "missing",
          expected: isText ? "a text, as `\(better)` is" : "a list of messages, as `\(better)` is"),
        at: .key(worse))
    }
  }

  private func content(_ given: Given, _ answer: String) -> Example.Content {
    switch given {
    case .nothing: .text(answer)
    case .text(let prompt): .completion(prompt: prompt, completion: answer)
    case .turns(let turns): .conversation(turns + [Turn(.assistant, answer)])
    }
  }

  /// The turns before both answers, and how many of an answer's own turns are no part of it.
  ///
  /// Lists that begin with somebody else than the assistant are whole conversations: what they have in
  /// common is the prompt, whatever a text beside them says.
  private func beginning(
    _ given: Given, _ chosen: [Turn], _ rejected: [Turn]
  ) -> (turns: [Turn], count: Int) {
    if case .turns(let turns) = given { return (turns, 0) }
    if case .text(let prompt) = given, chosen.first?.role == .assistant {
      return ([Turn(.user, prompt)], 0)
    }
    let shorter = min(chosen.count, rejected.count)
    let common = zip(chosen, rejected).prefix { $0 == $1 }.count
    return ([], min(common, shorter - 1))
  }

  /// The turns of an answer after those that are the prompt's, of which the assistant's are trained.
  private func answering(
    _ turns: [Turn], from count: Int, _ key: String
  ) throws(RowFault) -> [Turn] {
    let answer = turns.dropFirst(count)
    guard answer.contains(where: { $0.role == .assistant }) else {
      throw RowFault(.noAssistantMessage, at: .key(key))
    }
    return turns.prefix(count).map(\.asContext) + answer
  }

  // MARK: Verdicts

  private func verdict() throws(RowFault) -> Example.Content {
    let isGood = row["label"]?.bool ?? false
    guard row["completion"] != nil else {
      var turns = try Conversation.turns("messages", of: row)
      let last = turns.lastIndex { $0.role == .assistant } ?? 0
      for index in turns.indices where index != last { turns[index] = turns[index].asContext }
      return .verdict(.conversation(turns), isGood: isGood)
    }
    guard row["prompt"] != nil else { throw RowFault(.missingKey("prompt", of: "the row")) }
    let given = try given()
    switch try answer("completion") {
    case .text(let text): return .verdict(content(given, text), isGood: isGood)
    case .turns(let turns):
      let start = beginning(given, turns, turns)
      let isWhole = start.turns.isEmpty
      let count = isWhole ? turns.lastIndex { $0.role == .assistant } ?? 0 : 0
      return .verdict(
        .conversation(start.turns + (try answering(turns, from: count, "completion"))),
        isGood: isGood)
    }
  }

  private func text(_ key: String) throws(RowFault) -> String {
    guard let value = row[key] else { throw RowFault(.missingKey(key, of: "the row")) }
    guard let text = value.string else {
      throw RowFault(.wrongType(key: key, found: value.kind, expected: "a text"), at: .key(key))
    }
    return text
  }
}
