import Serialization

/// Reads the two common ways of writing a conversation in JSON.
enum Conversation {
  /// Reads `messages` by OpenAI's rules.
  ///
  /// Roles are those of ``ChatRole``; `weight` is 0 or 1 and stands with the assistant only; at
  /// least one message is the assistant's; every content is a text.
  static func turns(openAI row: JSONObject) throws(RowFault) -> [Turn] {
    let messages = try list("messages", of: row)
    var turns: [Turn] = []
    for (index, message) in messages.enumerated() {
      do throws(RowFault) {
        turns.append(try turn(openAI: message))
      } catch {
        throw RowFault(error.reason, path: [.key("messages"), .index(index)] + error.path)
      }
    }
    return try checked(turns, key: "messages")
  }

  private static func turn(openAI value: JSONValue) throws(RowFault) -> Turn {
    guard let message = value.object else {
      throw RowFault(.wrongType(key: "messages", found: value.kind, expected: "an object"))
    }
    let roleName = try text("role", of: message)
    let known = ChatRole.allCases.map(\.rawValue)
    guard let role = ChatRole(rawValue: roleName) else {
      throw unknownRole(roleName, known: known, key: "role")
    }
    guard message["tool_calls"] == nil, message["function_call"] == nil else {
      throw RowFault(.toolCall)
    }
    let content = try text("content", of: message)
    if role == .assistant, content.isBlank {
      throw RowFault(.emptyText(key: "content"), at: .key("content"))
    }
    return Turn(role, content, weight: try weight(of: message, role: role))
  }

  private static func weight(of message: JSONObject, role: ChatRole) throws(RowFault) -> Int {
    guard let value = message["weight"] else { return 1 }
    guard role == .assistant else {
      throw RowFault(.weightOfOtherRole(role.rawValue), at: .key("weight"))
    }
    guard let weight = value.int, weight == 0 || weight == 1 else {
      throw RowFault(.wrongWeight(found: value.text), at: .key("weight"))
    }
    return weight
  }

  /// ShareGPT's names of those who speak.
  private static let shareGPTRoles: [(name: String, role: ChatRole)] = [
    ("human", .user), ("gpt", .assistant), ("system", .system), ("observation", .tool),
    ("user", .user), ("assistant", .assistant), ("tool", .tool),
  ]

  /// Reads `conversations`, a list of `{"from": …, "value": …}`; a `system` of the row goes first.
  static func turns(shareGPT row: JSONObject) throws(RowFault) -> [Turn] {
    let messages = try list("conversations", of: row)
    var turns: [Turn] = []
    if let system = row["system"]?.string, !system.isEmpty { turns.append(Turn(.system, system)) }
    for (index, message) in messages.enumerated() {
      do throws(RowFault) {
        turns.append(try turn(shareGPT: message))
      } catch {
        throw RowFault(error.reason, path: [.key("conversations"), .index(index)] + error.path)
      }
    }
    return try checked(turns, key: "conversations")
  }

  private static func turn(shareGPT value: JSONValue) throws(RowFault) -> Turn {
    guard let message = value.object else {
      throw RowFault(.wrongType(key: "conversations", found: value.kind, expected: "an object"))
    }
    let name = try text("from", of: message)
    guard name != "function_call" else { throw RowFault(.toolCall) }
    guard let role = shareGPTRoles.first(where: { $0.name == name })?.role else {
      throw unknownRole(name, known: shareGPTRoles.prefix(4).map(\.name), key: "from")
    }
    let content = try text("value", of: message)
    if role == .assistant, content.isBlank {
      throw RowFault(.emptyText(key: "value"), at: .key("value"))
    }
    return Turn(role, content)
  }

  private static func unknownRole(_ name: String, known: [String], key: String) -> RowFault {
    let suggestion = Spelling.nearest(to: name, among: known)
    return RowFault(
      .unknownRole(name, known: known, suggestion: suggestion), at: .key(key))
  }

  private static func list(_ key: String, of row: JSONObject) throws(RowFault) -> [JSONValue] {
    guard let value = row[key] else { throw RowFault(.missingKey(key, of: "the row")) }
    guard let list = value.array else {
      throw RowFault(
        .wrongType(key: key, found: value.kind, expected: "an array"), at: .key(key))
    }
    guard !list.isEmpty else { throw RowFault(.noMessages, at: .key(key)) }
    return list
  }

  private static func text(_ key: String, of message: JSONObject) throws(RowFault) -> String {
    guard let value = message[key] else { throw RowFault(.missingKey(key, of: "the message")) }
    guard let text = value.string else {
      throw RowFault(
        .wrongType(key: key, found: value.kind, expected: "a text"), at: .key(key))
    }
    return text
  }

  private static func checked(_ turns: [Turn], key: String) throws(RowFault) -> [Turn] {
    guard turns.contains(where: { $0.role == .assistant }) else {
      throw RowFault(.noAssistantMessage, at: .key(key))
    }
    return turns
  }
}
