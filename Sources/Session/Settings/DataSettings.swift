package import Datasets
package import SettingDeclarations

/// What may be set of how rows become tokens.
package struct DataSettings: Hashable, Sendable {
  /// The longest example in tokens; 0 means as long as the model allows.
  package var context = 0
  /// What happens to examples that are too long; nil splits plain text and refuses others.
  package var longRows: ExampleEncoder.LongRowPolicy?
  /// The name of the template that conversations are written by; nil for the model's own.
  package var template: String?
  /// Whether tokens of a template that the tokenizer does not have are added to it.
  package var addsTokens = true
  /// What of a row is trained.
  package var trainedPart: ExampleEncoder.TrainedPart = .answers
  /// The token that ends an answer; nil for the model's.
  package var end: String?

  /// Every setting of rows: a declaration each.
  package static let all: [Setting<DataSettings>] = [
    .init(
      "context", \.context, .integer(0...1_048_576),
      "Longest example in tokens; 0 means as long as the model allows.",
      synonyms: ["max_length", "max_seq_length"], counts: [.inRows, .inLoading]),
    .init(
      "long", \.longRows, .automatic(.choice),
      "What happens to examples that are too long; auto splits plain text and refuses others.",
      counts: [.inRows, .inLoading]),
    .init(
      "template", \.template, .text(or: "own", known: BuiltInTemplate.all.map(\.name)),
      "How conversations are written: as the model's folder says, by a template of ours, by one of the "
        + "model's by its name, as \"tool_use\", or by a file, as \"chat.jinja\".",
      synonyms: ["chat_template"], counts: .inRows),
    .init(
      "new_tokens", \.addsTokens, .onOff,
      "Whether tokens that a set template writes and the tokenizer does not have are added, their "
        + "vectors the mean of all others at first; off spells them out.",
      synonyms: ["add_tokens", "resize_token_embeddings"], counts: .inLoading),
    .init(
      "loss", \.trainedPart, .choice,
      "Which tokens are trained: only the answers, or the prompts too.", synonyms: ["train_on"],
      counts: .inRows),
    .init(
      "end", \.end, .text(or: "auto"),
      "Token that ends an answer, in training and in sampling, as \"</s>\"; auto is the model's.",
      synonyms: ["eos", "eos_token"], counts: .inRows),
  ]
}
