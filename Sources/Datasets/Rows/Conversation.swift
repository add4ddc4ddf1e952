import Serialization

/// Reads lists of messages: OpenAI's `{"role": …, "content": …}` and ShareGPT's
/// `{"from": …, "value": …}`, whatever the key that the list stands under.
enum Conversation {
  /// Reads the list at `key`; a `system` text of the row goes first, unless the list begins with one.
  ///
  /// Roles are those of ``ChatRole`` or ShareGPT's names of them; `weight` is 0 or 1, and 1 stands
  /// with the assistant only; at least one message is the assistant's.
  static func turns(_ key: String, of row: JSONObject) throws(RowFault) -> [Turn] {
    var turns = try list(key, of: row)
    if usesSystem(of: row, before: turns), let system = row["system"]?.string {
      turns.insert(Turn(.system, system), at: 0)
    }
    guard turns.contains(where: { $0.role == .assistant }) else {
      throw RowFault(.noAssistantMessage, at: .key(key))
    }
    return turns
  }

  /// Whether the row's own `system` is the conversation's first message.
  static func usesSystem(of row: JSONObject, before turns: [Turn]) -> Bool {
    let isThere = turns.first?.role == .system || turns.first?.role == .developer
    return row["system"]?.string?.isEmpty == false && !isThere
  }

  /// Reads a prompt that is a list of messages and the list that answers it, whose assistant's
  /// messages alone are trained.
  static func turns(
    prompt: String, completion: String, of row: JSONObject
  ) throws(RowFault) -> [Turn] {
    let given = try list(prompt, of: row).map(\.asContext)
    let written = try list(completion, of: row)
    guard written.contains(where: { $0.role == .assistant }) else {
      throw RowFault(.noAssistantMessage, at: .key(completion))
    }
    return given + written
  }

  /// Whether a value is a list that begins with a message.
  static func isList(_ value: JSONValue?) -> Bool {
    (value?.array?.first?.object).map(isMessage) ?? false
  }

  /// Whether an object is a message: who speaks, and what.
  static func isMessage(_ object: JSONObject) -> Bool {
    let names = [("role", "content"), ("role", "tool_calls"), ("from", "value")]
    return names.contains { object[$0]?.string != nil && object[$1] != nil }
  }

  /// Reads the list of messages at a key.
  static func list(_ key: String, of row: JSONObject) throws(RowFault) -> [Turn] {
    guard let value = row[key] else { throw RowFault(.missingKey(key, of: "the row")) }
    guard let list = value.array else {
      throw RowFault(
        .wrongType(key: key, found: value.kind, expected: "an array"), at: .key(key))
    }
    guard !list.isEmpty else { throw RowFault(.noMessages, at: .key(key)) }
    var turns: [Turn] = []
    for (index, item) in list.enumerated() {
      do throws(RowFault) {
        guard let object = item.object else {
          throw RowFault(.wrongType(key: key, found: item.kind, expected: "an object"))
        }
        let style: MessageReader.Style =
          object["role"] != nil || (key != "conversations" && object["from"] == nil)
          ? .openAI : .shareGPT
        turns.append(try MessageReader(object, style: style).turn())
      } catch {
        throw RowFault(error.reason, path: [.key(key), .index(index)] + error.path)
      }
    }
    return turns
  }
}
