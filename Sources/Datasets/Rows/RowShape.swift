/// How the rows of a file are laid out: the keys or columns that were recognised.
package enum RowShape: Hashable, Sendable {
  /// OpenAI's chat rows: `{"messages": [{"role": …, "content": …}]}`.
  case messages
  /// ShareGPT's chat rows: `{"conversations": [{"from": …, "value": …}]}`.
  case conversations
  /// Alpaca's rows: `instruction`, `output` and perhaps `input`, `system`, `history`.
  case instruction
  /// Two named fields: what is given and what should be written.
  case pair(input: String, output: String)
  /// A field with the text and one with its class.
  case labelled(text: String, label: String)
  /// Several fields, of which a template makes the row.
  case template(RowTemplate)
  /// One field of text to be continued.
  case text(String)
  /// A whole file of text, without rows.
  case document
  /// Two answers, of which one is better, and perhaps a prompt: TRL's rows.
  case preference
  /// OpenAI's rows of two answers: `input`, `preferred_output` and `non_preferred_output`.
  case preferredOutput
  /// An answer with a verdict, which is true or false.
  case verdict
  /// A query and a text that belongs to it, and perhaps others that do not.
  case match(query: String, positive: String)
  /// Two texts and how alike they are.
  case alike(String, String, score: String)

  /// The shape in words, such as `prompt and completion`.
  package var name: String {
    switch self {
    case .messages: "messages"
    case .conversations: "conversations"
    case .instruction: "instruction and output"
    case .pair(let input, let output): "\(input) and \(output)"
    case .labelled(let text, let label): "\(text) and \(label)"
    case .template(let template): "a template of " + template.fields.joined(separator: ", ")
    case .text(let field): field
    case .document: "plain text"
    case .preference: "chosen and rejected answers"
    case .preferredOutput: "preferred and other outputs"
    case .verdict: "completion and verdict"
    case .match(let query, let positive): "\(query) and \(positive)"
    case .alike(let one, let other, let score): "\(one), \(other) and \(score)"
    }
  }
}

/// The pairs of fields that are understood without being told, in order of preference.
///
/// The same table serves columns of CSV files and keys of JSON rows.
enum KnownFields {
  static let shapes: [RowShape] = [
    .preference,
    .labelled(text: "text", label: "label"),
    .labelled(text: "text", label: "labels"),
    .pair(input: "prompt", output: "completion"),
    .pair(input: "question", output: "answer"),
    .pair(input: "instruction", output: "response"),
    .pair(input: "input", output: "output"),
    .pair(input: "query", output: "answer"),
    .match(query: "anchor", positive: "positive"),
    .match(query: "query", positive: "positive"),
    .match(query: "query", positive: "passage"),
    .match(query: "query", positive: "document"),
    .match(query: "question", positive: "positive"),
    .match(query: "question", positive: "passage"),
    .alike("sentence1", "sentence2", score: "score"),
    .match(query: "sentence1", positive: "sentence2"),
    .text("text"),
  ]

  /// Returns the first known shape whose fields are all among `names`.
  static func shape(of names: [String]) -> RowShape? {
    shapes.first { $0.fields.allSatisfy(names.contains) }
  }
}

extension RowShape {
  /// The fields that rows of this shape must have.
  package var fields: [String] {
    switch self {
    case .messages: ["messages"]
    case .conversations: ["conversations"]
    case .instruction: ["instruction", "output"]
    case .pair(let input, let output): [input, output]
    case .labelled(let text, let label): [text, label]
    case .template(let template): template.fields
    case .text(let field): [field]
    case .document: []
    case .preference: ["chosen", "rejected"]
    case .preferredOutput: ["input", "preferred_output", "non_preferred_output"]
    case .verdict: ["completion", "label"]
    case .match(let query, let positive): [query, positive]
    case .alike(let one, let other, let score): [one, other, score]
    }
  }

  /// Returns the content made of the values of ``fields``; nil for shapes of another make.
  func content(_ values: [String]) -> Example.Content? {
    switch (self, values.count) {
    case (.pair, 2): .completion(prompt: values[0], completion: values[1])
    case (.labelled, 2): .labelled(text: values[0], label: values[1])
    case (.text, 1): .text(values[0])
    case (.template(let template), let count) where count == template.fields.count:
      template.content(values)
    default: nil
    }
  }
}
