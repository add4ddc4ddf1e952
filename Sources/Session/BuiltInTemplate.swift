import Checkpoints
import Serialization
package import Tokenizers

/// A chat template of ours, for models whose folder has none.
///
/// Begin and end of a sequence stand in it as text, as the tokenizer spells them: the template is
/// then whole by itself, wherever the model is taken.
package struct BuiltInTemplate: Sendable {
  /// As it is set: `set template chatml`.
  package let name: String
  /// What it looks like, in a few words.
  package let about: String
  /// Tokens that the tokenizer must have, of which the last ends a turn.
  private let tokens: [String]
  /// The template's source, given how the tokenizer spells begin and end as Jinja texts.
  private let source: @Sendable (_ begin: String, _ end: String) -> String

  /// Every template, those that ask more of a tokenizer first.
  package static let all = [chatml, plain]

  /// Roles as special tokens, each turn with an end of its own.
  private static let chatml = BuiltInTemplate(
    name: "chatml", about: "<|im_start|>role … <|im_end|>", tokens: ["<|im_start|>", "<|im_end|>"]
  ) { begin, _ in
    """
    {{ \(begin) }}{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' \
    + message['content'] + '<|im_end|>\\n' }}{% endfor %}\
    {% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
    """
  }

  /// Roles as words, a line a turn; what a tokenizer ends texts with ends an answer.
  private static let plain = BuiltInTemplate(
    name: "plain", about: "User: … Assistant: …", tokens: []
  ) { begin, end in
    """
    {{ \(begin) }}{% for message in messages %}{% if message['role'] == 'assistant' %}\
    {{ 'Assistant: ' + message['content'] + \(end) + '\\n' }}{% elif message['role'] == 'user' %}\
    {{ 'User: ' + message['content'] + '\\n' }}{% else %}\
    {{ message['content'] + '\\n' }}{% endif %}{% endfor %}\
    {% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}
    """
  }

  private init(
    name: String, about: String, tokens: [String],
    source: @escaping @Sendable (_ begin: String, _ end: String) -> String
  ) {
    self.name = name
    self.about = about
    self.tokens = tokens
    self.source = source
  }

  /// A template that lies beside an adapter: one of these where it is, else one without a name here.
  package init(_ source: String, for model: LoadedModel) {
    let same = Self.all.first {
      $0.missingToken(model.tokenizer) == nil
        && $0.contents(model.contents, model.tokenizer).chatTemplate == source
    }
    self =
      same
      ?? BuiltInTemplate(name: "adapter", about: "that of the adapter", tokens: []) { _, _ in source
      }
  }

  /// The template of this name, one of ours or of the model's own; nil when there is none.
  package static func named(_ name: String, of model: LoadedModel) -> BuiltInTemplate? {
    if let ours = all.first(where: { $0.name == name }) { return ours }
    let own = model.ownContents.namedTemplates.first { $0.name == name }
    return own.map { own in
      BuiltInTemplate(name: name, about: "one of the model's own", tokens: []) { _, _ in
        own.source
      }
    }
  }

  /// The first token it needs that a tokenizer does not have; nil when it fits.
  package func missingToken(_ tokenizer: Tokenizer) -> String? {
    tokens.first { token in
      guard let id = tokenizer.id(of: token) else { return true }
      return tokenizer.encode(token, addingSpecialTokens: false) != [id]
    }
  }

  /// What a model's folder holds with this template: its text, and its end of a turn among the ends.
  func contents(_ own: ModelContents, _ tokenizer: Tokenizer) -> ModelContents {
    var contents = own
    let begin = tokenizer.beginToken
    contents.chatTemplate = source(
      Self.literal(begin.flatMap(tokenizer.token(of:)), tokenizer),
      Self.literal(Self.end(own, tokenizer), tokenizer))
    if let last = tokens.last, let id = tokenizer.id(of: last) {
      let others = own.endOfSequenceIDs.filter { $0 != Int(id) }
      contents.generationConfig["eos_token_id"] = .array(
        ([Int(id)] + others).map { .integer($0) })
    }
    return contents
  }

  /// How the token that ends a text is spelled.
  private static func end(_ own: ModelContents, _ tokenizer: Tokenizer) -> String? {
    let id = own.configEndOfSequenceIDs.first ?? own.endOfSequenceIDs.first
    return own.specialTokens["eos_token"] ?? id.flatMap { tokenizer.token(of: Int32($0)) }
  }

  /// A token as a text of Jinja; an empty one when the tokenizer does not read it as one token.
  private static func literal(_ token: String?, _ tokenizer: Tokenizer) -> String {
    guard let token, tokenizer.encode(token, addingSpecialTokens: false).count == 1 else {
      return "''"
    }
    let escaped = token.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
    return "'\(escaped)'"
  }
}

extension Session {
  /// Has the model write conversations as the settings say where others held before, as at the end
  /// of a `with`; what does not fit its tokenizer was refused before.
  func followTemplate(of settings: Settings, since old: Settings) {
    let name = settings.data.template
    guard name != old.data.template, let model else { return }
    let template = name.flatMap { BuiltInTemplate.named($0, of: model) }
    guard template?.name != model.chosenTemplate,
      template?.missingToken(model.tokenizer) == nil
    else { return }
    try? model.use(template)
  }
}
