package import Serialization

/// One row of a data set: what it says, and the line of the file where it begins.
package struct Example: Hashable, Sendable {
  /// What the row says.
  package let content: Content
  /// 1-based line of the file on which the row starts.
  package let line: Int
  /// What the row gives the chat template beside its messages, such as `tools`.
  package let fields: JSONObject

  package init(_ content: Content, line: Int, fields: JSONObject = [:]) {
    self.content = content
    self.line = line
    self.fields = fields
  }

  /// What a row can be; all rows of a data set are of one kind.
  package enum Content: Hashable, Sendable {
    /// A chat, rendered with the model's template; trained are the turns that say so.
    case conversation([Turn])
    /// A prompt as it stands, and the text to be written after it.
    case completion(prompt: String, completion: String)
    /// Text to be continued: every token is trained.
    case text(String)
    /// A text and its class.
    case labelled(text: String, label: String)
  }
}

/// One message of a conversation.
package struct Turn: Hashable, Sendable {
  /// Who speaks.
  package let role: ChatRole
  /// What is said; empty where a message only has `fields`.
  package let content: String
  /// Whether the model learns to write this message; only an assistant's can be trained.
  package let isTrained: Bool
  /// What else the message has, for the chat template to write.
  ///
  /// `reasoning_content`, `tool_calls`, `name` and whatever templates know. A `content` here is null,
  /// in place of an empty one.
  package let fields: JSONObject

  /// Makes a turn; `weight` 0 keeps an assistant's message as context only.
  package init(
    _ role: ChatRole, _ content: String, weight: Int = 1, fields: JSONObject = [:]
  ) {
    self.role = role
    self.content = content
    self.fields = fields
    isTrained = role == .assistant && weight != 0
  }

  /// The same message, not trained.
  var asContext: Turn { Turn(role, content, weight: 0, fields: fields) }

  /// The message without one of its fields.
  func without(_ key: String) -> Turn {
    var fields = fields
    fields[key] = nil
    return Turn(role, content, weight: isTrained ? 1 : 0, fields: fields)
  }

  /// What the message says with all it has, to compare it with others.
  var wording: String {
    fields.isEmpty ? content : content + "\n" + JSONValue.object(fields).text
  }
}

/// Who speaks in a conversation.
package enum ChatRole: String, Hashable, Sendable, CaseIterable {
  case system, user, assistant, developer, tool
}

extension Example {
  /// The two messages of a conversation that is a user's question and its answer, with nothing but
  /// their contents; nil for other rows.
  var question: (text: String, answer: String)? {
    guard case .conversation(let turns) = content, turns.map(\.role) == [.user, .assistant],
      fields.isEmpty, turns.allSatisfy(\.fields.isEmpty), turns[1].isTrained
    else { return nil }
    return (turns[0].content, turns[1].content)
  }

  /// ``input`` and ``target`` with all that messages have beside their contents: rows whose answers
  /// differ in their reasoning or in a call alone are not the same.
  var wording: (input: String, target: String) {
    guard case .conversation(let turns) = content else { return (input, target) }
    let last = turns.lastIndex { $0.role == .assistant } ?? turns.endIndex
    let given = turns[..<last].map(\.wording).joined(separator: "\n")
    let tools = fields.isEmpty ? "" : "\n" + JSONValue.object(fields).text
    return (given + tools, last < turns.endIndex ? turns[last].wording : "")
  }

  /// What the model is given: the text that must not be seen in training to test it fairly.
  package var input: String {
    switch content {
    case .conversation(let turns):
      let last = turns.lastIndex { $0.role == .assistant } ?? turns.endIndex
      return turns[..<last].map(\.content).joined(separator: "\n")
    case .completion(let prompt, _): return prompt
    case .text(let text): return text
    case .labelled(let text, _): return text
    }
  }

  /// What the model should answer; empty for plain text, which is all input.
  package var target: String {
    switch content {
    case .conversation(let turns): return turns.last { $0.role == .assistant }?.content ?? ""
    case .completion(_, let completion): return completion
    case .text: return ""
    case .labelled(_, let label): return label
    }
  }

  /// The texts of the row, in order, as its author wrote them.
  package var texts: [String] {
    switch content {
    case .conversation(let turns): return turns.map(\.content)
    case .completion(let prompt, let completion): return [prompt, completion]
    case .text(let text): return [text]
    case .labelled(let text, let label): return [text, label]
    }
  }
}
