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
