/// How a model is asked for the label of a text: the form its rows were trained in, and the labels.
///
/// Training, evaluating and asking all write rows by it, so that a model is asked what it learned
/// to answer.
package struct LabelForm: Hashable, Sendable {
  /// What kind of row holds a text and its label.
  package enum Kind: Hashable, Sendable {
    /// A text and its label, written by a template.
    case labelled(PromptTemplate)
    /// A prompt and its completion, as the model writes these.
    case completion
    /// A conversation of one question and one answer.
    case chat
    /// A text as it stands, which a head of the model gives its label.
    case head
  }

  /// How a row with a label is written.
  package let kind: Kind
  /// The labels, sorted.
  package let labels: [String]

  /// More different answers than this are no labels; rows that say they have labels may have more.
  package static let answerLimit = 50
  /// Most different labels of rows that say they have labels.
  package static let labelLimit = 1000

  private static let chat = "chat"

  package init(_ kind: Kind, labels: [String]) {
    self.kind = kind
    self.labels = labels
  }

  /// Reads what ``source`` and ``labels`` of another form were; nil when it is no form, or when the
  /// labels are not at least two different texts.
  package init?(source: String, labels: [String]) {
    guard (2...Self.labelLimit).contains(labels.count), Set(labels).count == labels.count,
      !labels.contains("")
    else { return nil }
    switch source {
    case Self.chat: kind = .chat
    case PromptTemplate.plain.source: kind = .completion
    default:
      guard let template = PromptTemplate(source) else { return nil }
      kind = .labelled(template)
    }
    self.labels = labels
  }

  /// Finds the form of rows; nil when they are not texts with labels, as answers are that do not
  /// come again and again.
  ///
  /// Labelled rows are written by `template`.
  package init?(of examples: [Example], template: PromptTemplate = .label) {
    guard let first = examples.first, let kind = Self.kind(of: first, template),
      examples.allSatisfy({ Self.kind(of: $0, template) == kind })
    else { return nil }
    let labels = Set(examples.map(\.target))
    let isLabelled = if case .labelled = kind { true } else { false }
    guard labels.count > 1, labels.count <= (isLabelled ? Self.labelLimit : Self.answerLimit),
      isLabelled || labels.count * 2 <= examples.count
    else { return nil }
    self.init(kind, labels: labels.sorted())
  }

  private static func kind(of example: Example, _ template: PromptTemplate) -> Kind? {
    switch example.content {
    case .labelled: .labelled(template)
    case .completion: .completion
    case .conversation(let turns): turns.map(\.role) == [.user, .assistant] ? .chat : nil
    case .text, .marked, .preference, .verdict, .match, .alike: nil
    }
  }

  /// The form as a text, as `{text}\nLabel: {label}`; `chat` leaves it to the chat template.
  package var source: String {
    switch kind {
    case .labelled(let template): template.source
    case .completion: PromptTemplate.plain.source
    case .chat: Self.chat
    case .head: "head"
    }
  }

  /// The form on one line, as people are told of it.
  package var sentence: String {
    switch kind {
    case .labelled(let template):
      "`"
        + template.source.split(separator: "\n", omittingEmptySubsequences: false)
        .joined(separator: "\\n") + "`"
    case .completion: "prompt and completion"
    case .chat: "a user's message and the answer"
    case .head: "the model's head"
    }
  }

  /// The template of labelled rows; the usual one for others.
  package var template: PromptTemplate {
    if case .labelled(let template) = kind { template } else { .label }
  }

  /// Whether rows are written otherwise than a text that the model is given with `sample`.
  package var isTemplate: Bool { if case .labelled = kind { true } else { false } }

  /// A row that gives a text and wants its label.
  package func example(_ text: String) -> Example {
    let label = labels.first ?? ""
    return switch kind {
    case .labelled, .head: Example(.labelled(text: text, label: label), line: 1)
    case .completion: Example(.completion(prompt: text, completion: label), line: 1)
    case .chat: Example(.conversation([Turn(.user, text), Turn(.assistant, label)]), line: 1)
    }
  }
}
