package import Serialization

/// One row of a data set: what it says, and the line of the file where it begins.
package struct Example: Hashable, Sendable {
  /// What the row says.
  package let content: Content
  /// 1-based line of the file on which the row starts.
  package let line: Int
  /// What the row gives the chat template beside its messages, such as `tools`.
  package let fields: JSONObject
  /// What else the file says of the row, by its key or column, of which nothing is made: a topic, an
  /// author, by which rows can be grouped.
  package let attributes: [String: String]

  package init(
    _ content: Content, line: Int, fields: JSONObject = [:], attributes: [String: String] = [:]
  ) {
    self.content = content
    self.line = line
    self.fields = fields
    self.attributes = attributes
  }

  /// The same row, saying something else.
  package func with(_ content: Content) -> Example {
    Example(content, line: line, fields: fields, attributes: attributes)
  }

  /// The same row of a file that stands after another one of so many lines.
  package func moved(by lineCount: Int) -> Example {
    Example(content, line: line + lineCount, fields: fields, attributes: attributes)
  }

  /// The longest text that is kept as an attribute, in bytes: longer ones are no name of a group.
  static let attributeLimit = 100

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
    /// A text and all classes that it has, which may be none.
    case marked(text: String, labels: [String])
    /// An answer that is better than another one to the same prompt: two conversations, completions or
    /// texts.
    indirect case preference(Content, over: Content)
    /// An answer, which is good or bad: a conversation or a completion.
    indirect case verdict(Content, isGood: Bool)
    /// A query and a text that belongs to it, with texts that do not.
    case match(query: String, positive: String, negatives: [String])
    /// Two texts, and how alike they are, from -1 to 1.
    case alike(String, String, score: Double)

    /// What such rows are, in a word or two.
    package var kindName: String {
      switch self {
      case .conversation: "conversations"
      case .completion: "prompts and completions"
      case .text: "texts"
      case .labelled: "texts with a label"
      case .marked: "texts with labels"
      case .preference: "preferences"
      case .verdict: "verdicts"
      case .match: "queries with texts"
      case .alike: "pairs of texts"
      }
    }

    /// What is to be written: of two answers the better one, of two texts the second.
    package var written: Content {
      switch self {
      case .match(let query, let text, _), .alike(let query, let text, _):
        .completion(prompt: query, completion: text)
      case .preference(let better, _): better
      case .verdict(let content, _): content
      case .conversation, .completion, .text, .labelled, .marked: self
      }
    }
  }

  /// What rows say of their answers; all rows of a data set are of one kind.
  package enum Kind: Hashable, Sendable {
    /// What is to be written.
    case answers
    /// Which of two answers is better.
    case preferences
    /// Whether an answer is good.
    case verdicts
    /// Which texts belong together.
    case matches
    /// How alike two texts are.
    case similarities
  }

  /// What the row says of its answers.
  package var kind: Kind {
    switch content {
    case .preference: .preferences
    case .verdict: .verdicts
    case .match: .matches
    case .alike: .similarities
    case .conversation, .completion, .text, .labelled, .marked: .answers
    }
  }

  /// Whether the row says that it has a label, or several.
  package var isLabelled: Bool {
    switch content {
    case .labelled, .marked: true
    case .conversation, .completion, .text, .preference, .verdict, .match, .alike: false
    }
  }

  /// The same row with nothing but what is to be written: of two answers the better one.
  package var written: Example { with(content.written) }
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
    switch content {
    case .preference(let better, let worse):
      let (one, other) = (like(better).wording, like(worse).wording)
      return (one.input, one.target + "\n" + other.target)
    case .match(let query, let positive, let negatives):
      return (query, ([positive] + negatives).joined(separator: "\n"))
    case .conversation, .completion, .text, .labelled, .marked, .verdict, .alike: break
    }
    guard case .conversation(let turns) = content.written else { return (input, target) }
    let last = turns.lastIndex { $0.role == .assistant } ?? turns.endIndex
    let given = turns[..<last].map(\.wording).joined(separator: "\n")
    let tools = fields.isEmpty ? "" : "\n" + JSONValue.object(fields).text
    return (given + tools, last < turns.endIndex ? turns[last].wording : "")
  }

  private func like(_ content: Content) -> Example {
    Example(content, line: line, fields: fields)
  }

  /// What the model is given: the text that must not be seen in training to test it fairly.
  package var input: String {
    switch content {
    case .preference(.text(let better), .text(let worse)):
      // Without a prompt of their own, what both begin with is the prompt.
      return String(zip(better, worse).prefix { $0 == $1 }.map(\.0))
    case .preference, .verdict, .match, .alike: return written.input
    case .conversation(let turns):
      let last = turns.lastIndex { $0.role == .assistant } ?? turns.endIndex
      return turns[..<last].map(\.content).joined(separator: "\n")
    case .completion(let prompt, _): return prompt
    case .text(let text): return text
    case .labelled(let text, _), .marked(let text, _): return text
    }
  }

  /// What the model should answer; empty for plain text, which is all input.
  package var target: String {
    switch content {
    case .preference(.text(let better), _): return better
    case .preference, .verdict, .match, .alike: return written.target
    case .conversation(let turns): return turns.last { $0.role == .assistant }?.content ?? ""
    case .completion(_, let completion): return completion
    case .text: return ""
    case .labelled(_, let label): return label
    case .marked(_, let labels): return labels.joined(separator: ", ")
    }
  }

  /// The texts of the row, in order, as its author wrote them.
  package var texts: [String] {
    switch content {
    case .preference(let better, let worse): return like(better).texts + like(worse).texts
    case .match(let query, let positive, let negatives): return [query, positive] + negatives
    case .verdict, .alike: return written.texts
    case .conversation(let turns): return turns.map(\.content)
    case .completion(let prompt, let completion): return [prompt, completion]
    case .text(let text): return [text]
    case .labelled(let text, let label): return [text, label]
    case .marked(let text, let labels): return [text] + labels
    }
  }
}
