import Reporting
package import Serialization

/// Reads one message of a conversation.
struct MessageReader {
  /// How a message names who speaks and what is said.
  enum Style {
    case openAI, shareGPT

    var role: String { self == .openAI ? "role" : "from" }
    var content: String { self == .openAI ? "content" : "value" }
  }

  private let message: JSONObject
  private let style: Style

  init(_ message: JSONObject, style: Style) {
    self.message = message
    self.style = style
  }

  /// The keys that call tools.
  static let callKeys = ["tool_calls", "function_call"]

  func turn() throws(RowFault) -> Turn {
    let name = try text(style.role)
    if style == .shareGPT, name == "function_call" { return try functionCall() }
    let role = try role(name)
    var fields = fields()
    let content = try content(role, &fields)
    return Turn(role, content, weight: try weight(role), fields: fields)
  }

  /// What else the message has, for the chat template to write: all but what is null or empty,
  /// which is what programs write that write every key of every message.
  private func fields() -> JSONObject {
    let known = [style.role, style.content, "weight"]
    let others = message.entries.filter { key, value in
      !known.contains(key) && !value.isNull && value.array?.isEmpty != true
        && value.object?.isEmpty != true
    }
    return JSONObject(others.map { ($0.key, $0.value) })
  }

  /// Returns what is said.
  ///
  /// A message that calls a tool need not say anything: that it has null for it then, templates may
  /// want to know.
  private func content(_ role: ChatRole, _ fields: inout JSONObject) throws(RowFault) -> String {
    let key = style.content
    let calls = role == .assistant && Self.callKeys.contains { fields[$0] != nil }
    if calls, message[key]?.isNull ?? true {
      if message[key] != nil { fields["content"] = .null }
      return ""
    }
    let content: String
    if let parts = message[key]?.array {
      content = try text(of: parts, key)
      fields["content"] = .array(parts)
    } else {
      content = try text(key)
    }
    guard role != .assistant || calls || !content.isBlank else {
      throw RowFault(.emptyText(key: key), at: .key(key))
    }
    return content
  }

  /// Returns the text of a list of parts, `{"type": "text", "text": …}` each or texts.
  private func text(of parts: [JSONValue], _ key: String) throws(RowFault) -> String {
    var texts: [String] = []
    for (index, part) in parts.enumerated() {
      guard let text = part.string ?? part["text"]?.string else {
        let kind = part["type"]?.string.map { "a part of type \"\($0)\"" } ?? part.kind
        throw RowFault(
          .wrongType(key: key, found: kind, expected: "a text part"),
          path: [.key(key), .index(index)])
      }
      texts.append(text)
    }
    return texts.joined()
  }

  /// Returns 0 or 1; numbers that came through tables of floats are 0.0 and 1.0.
  private func weight(_ role: ChatRole) throws(RowFault) -> Int {
    guard let value = message["weight"], !value.isNull else { return 1 }
    guard let weight = value.double, weight == 0 || weight == 1 else {
      throw RowFault(.wrongWeight(found: value.text), at: .key("weight"))
    }
    guard role == .assistant || weight == 0 else {
      throw RowFault(.weightOfOtherRole(role.rawValue), at: .key("weight"))
    }
    return weight == 0 ? 0 : 1
  }

  /// ShareGPT's names of those who speak.
  private static let shareGPTRoles: [(name: String, role: ChatRole)] = [
    ("human", .user), ("gpt", .assistant), ("system", .system), ("observation", .tool),
    ("function_response", .tool), ("user", .user), ("assistant", .assistant), ("tool", .tool),
  ]

  private func role(_ name: String) throws(RowFault) -> ChatRole {
    let role: ChatRole?
    let known: [String]
    switch style {
    case .openAI:
      // OpenAI's old name of what a tool gives.
      role = name == "function" ? .tool : ChatRole(rawValue: name)
      known = ChatRole.allCases.map(\.rawValue)
    case .shareGPT:
      role = Self.shareGPTRoles.first { $0.name == name }?.role
      known = Self.shareGPTRoles.prefix(4).map(\.name)
    }
    if let role { return role }
    let suggestion = Suggestion.nearest(to: name, among: known)
    throw RowFault(
      .unknownRole(name, known: known, suggestion: suggestion), at: .key(style.role))
  }

  /// Reads ShareGPT's call of a function, whose value is JSON: `{"name": …, "arguments": …}`, or a
  /// list of such.
  private func functionCall() throws(RowFault) -> Turn {
    let source = try text(style.content)
    let value = try? JSONValue(parsing: Array(source.utf8))
    let calls = value.map { $0.array ?? [$0] } ?? []
    guard !calls.isEmpty, calls.allSatisfy({ $0["name"]?.string != nil }) else {
      throw RowFault(.toolCall, at: .key(style.content))
    }
    let wrapped = calls.map { call in
      JSONValue.object(JSONObject([("type", .string("function")), ("function", call)]))
    }
    var fields = fields()
    fields["tool_calls"] = .array(wrapped)
    return Turn(.assistant, "", weight: try weight(.assistant), fields: fields)
  }

  private func text(_ key: String) throws(RowFault) -> String {
    guard let value = message[key] else { throw RowFault(.missingKey(key, of: "the message")) }
    guard let text = value.string else {
      throw RowFault(
        .wrongType(key: key, found: value.kind, expected: "a text"), at: .key(key))
    }
    return text
  }
}

/// A message of a list that cannot be used.
package struct MessageFault: Error, Hashable, Sendable {
  /// Its place in the list, the first being 0.
  package let index: Int
  /// What is wrong.
  package let reason: ProblemReason

  /// What is wrong, in a sentence.
  package var sentence: String {
    let problem = reason.diagnostic(of: "message \(index + 1)", in: "messages")
    let detail = reason.detail.map { ": " + $0 } ?? ""
    return Diagnostic.sentence(problem.message + detail)
  }
}

extension Turn {
  /// Reads messages as OpenAI's API has them: `role`, `content`, and what else templates know.
  package static func list(_ messages: [JSONValue]) throws(MessageFault) -> [Turn] {
    var turns: [Turn] = []
    for (index, message) in messages.enumerated() {
      do throws(RowFault) {
        guard let object = message.object else {
          throw RowFault(.wrongType(key: "messages", found: message.kind, expected: "an object"))
        }
        turns.append(try MessageReader(object, style: .openAI).turn())
      } catch { throw MessageFault(index: index, reason: error.reason) }
    }
    return turns
  }
}
