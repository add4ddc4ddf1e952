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
  /// The special tokens it writes; none for one of words alone.
  private let tokens: [String]
  /// Whether the last of them ends a turn.
  private let endsTurns: Bool
  /// The template's source, given the marks of the model as Jinja texts.
  private let source: @Sendable (Marks) -> String

  /// How a model's tokenizer spells what a template writes beside words, as texts of Jinja.
  struct Marks {
    /// What a sequence begins with.
    let begin: String
    /// What a text ends with.
    let end: String
    /// What a turn ends with: the template's own token or, where the tokenizer has none, the text's end.
    let turnEnd: String
  }

  /// Every template, those that ask more of a tokenizer first.
  package static let all = [
    chatml, llama3, gemma, phi3, zephyr, mistral, llama2, alpaca, plain,
  ]

  init(
    name: String, about: String, tokens: [String] = [], endsTurns: Bool = true,
    source: @escaping @Sendable (Marks) -> String
  ) {
    self.name = name
    self.about = about
    self.tokens = tokens
    self.endsTurns = endsTurns
    self.source = source
  }

  /// A template that lies beside an adapter: one of these where it is, else one without a name here.
  package init(_ source: String, for model: LoadedModel) {
    let same = Self.all.first {
      $0.contents(model.ownContents, model.tokenizer).chatTemplate == source
    }
    self =
      same
      ?? BuiltInTemplate(name: "adapter", about: "that of the adapter") { _ in source }
  }

  /// The template of this name, one of ours or of the model's own, or in a file; nil when there is none.
  package static func named(_ name: String, of model: LoadedModel) -> BuiltInTemplate? {
    guard !isFile(name) else { return file(name) }
    if let ours = all.first(where: { $0.name == name }) { return ours }
    let own = model.ownContents.namedTemplates.first { $0.name == name }
    return own.map { own in
      BuiltInTemplate(name: name, about: "one of the model's own") { _ in own.source }
    }
  }

  /// Whether a name is that of a file, rather than of a template.
  static func isFile(_ name: String) -> Bool {
    name.hasSuffix(".jinja") || name.hasSuffix(".jinja2") || name.contains("/")
  }

  /// Reads the template in a file; nil when there is none to read.
  private static func file(_ path: String) -> BuiltInTemplate? {
    guard let bytes = try? OpenFile.contents(of: path, limit: 1 << 20) else { return nil }
    let source = String(decoding: bytes, as: UTF8.self)
    return BuiltInTemplate(
      name: path, about: "that file", tokens: tokens(in: source), endsTurns: false
    ) { _ in source }
  }

  /// What of a template's text is taken for special tokens: names between `<|` and `|>`, and what those
  /// of ours write.
  static func tokens(in source: String) -> [String] {
    // Signs of DeepSeek's kind are wide ones.
    let named = source.matches(of: /<(?<bar>[|｜])[^\s<>|｜'"{}]{1,64}\k<bar>>/).map {
      String($0.output.0)
    }
    let ours = all.flatMap(\.tokens).filter { source.contains($0) }
    var seen: Set<String> = []
    return (named + ours).filter { seen.insert($0).inserted }
  }

  /// The tokens it writes that a tokenizer does not have: these become words like others, or are added.
  package func missingTokens(_ tokenizer: Tokenizer) -> [String] {
    tokens.filter { Self.id(of: $0, tokenizer) == nil }
  }

  private static func id(of token: String, _ tokenizer: Tokenizer) -> Int32? {
    guard let id = tokenizer.id(of: token),
      tokenizer.encode(token, addingSpecialTokens: false) == [id]
    else { return nil }
    return id
  }

  /// What a model's folder holds with this template: its text, and its end of a turn among the ends.
  func contents(_ own: ModelContents, _ tokenizer: Tokenizer) -> ModelContents {
    var contents = own
    let begin = tokenizer.beginToken
    let end = Self.literal(Self.end(own, tokenizer), tokenizer)
    let turnEnd = endsTurns ? tokens.last.flatMap { Self.id(of: $0, tokenizer) } : nil
    contents.chatTemplate = source(
      Marks(
        begin: Self.literal(begin.flatMap(tokenizer.token(of:)), tokenizer), end: end,
        turnEnd: turnEnd == nil ? end : Self.literal(tokens.last, tokenizer)))
    if let id = turnEnd {
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
  /// of a `with`; what cannot be read was refused before.
  func followTemplate(of settings: Settings, since old: Settings) {
    let name = settings.data.template
    guard name != old.data.template, let model else { return }
    let template = name.flatMap { BuiltInTemplate.named($0, of: model) }
    guard template?.name != model.chosenTemplate else { return }
    _ = try? model.use(template, addingTokens: settings.data.addsTokens)
  }
}
