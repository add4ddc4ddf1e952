import Adapters
package import Checkpoints
import Models
import Serialization
import Tokenizers

/// The tokens that end an answer: one that rows are trained to end with, and all at which
/// generation stops, that one among them.
package struct EndTokens: Hashable, Sendable {
  /// Ends rows; nil when none is known.
  package let trained: Int32?
  /// Generation ends at each of these.
  package let stops: Set<Int32>
  /// What was set as the end and is no token.
  package let unknown: String?

  /// What end tokens are called in vocabularies of the known families, and of our own.
  package static let names = [
    "<|endoftext|>", "</s>", "<eos>", "<|end_of_text|>", "<|im_end|>", "<|eot_id|>",
    "<end_of_turn>",
  ]
}

extension LoadedModel {
  /// The tokens that end an answer.
  ///
  /// Rows end with the token that is set, else the one that tokenizer_config.json names, else the
  /// first of config.json, of generation_config.json, or the family's own where the tokenizer has
  /// an end token there, else the one that the tokenizer itself puts after a text, or its only one
  /// of a known name. Generation stops at each of them.
  package func ends(_ settings: Settings) -> EndTokens {
    let named = contents.specialTokens["eos_token"].flatMap { tokenizer.id(of: $0) }
    let ids = model.config.endOfSequenceIDs + contents.endOfSequenceIDs
    let listed = ids.compactMap { Int32(exactly: $0) }
    var trained = named ?? listed.first ?? familyEnd ?? tokenizersEnd
    var unknown: String?
    if let asked = settings.data.end {
      trained = tokenizer.id(of: asked)
      unknown = trained == nil ? asked : nil
    }
    return EndTokens(
      trained: trained, stops: Set(listed + [named, trained].compactMap(\.self)),
      unknown: unknown)
  }

  /// What a config that leaves the end out means, where the tokenizer agrees.
  private var familyEnd: Int32? {
    guard let id = model.config.familyEndOfSequenceID.flatMap({ Int32(exactly: $0) }),
      let token = tokenizer.token(of: id), EndTokens.names.contains(token)
    else { return nil }
    return id
  }

  /// What the tokenizer alone says of the end.
  private var tokenizersEnd: Int32? {
    if let end = tokenizer.endToken { return end }
    let known = EndTokens.names.compactMap { tokenizer.id(of: $0) }.filter(tokenizer.isSpecial)
    return known.count == 1 ? known.first : nil
  }

  /// The model's files as they are saved: what it was trained to end with is an end in them too, so
  /// that other programs stop there.
  package func savedContents(_ settings: Settings) -> ModelContents {
    var saved = contents
    saved.classifier = classifierFile
    // What an adapter made of one matrix only is in the file as two.
    if adapter?.partsHead == true { saved.config[ModelConfig.tieKey] = false }
    let ends = ends(settings)
    guard isTuned || settings.data.end != nil, let trained = ends.trained,
      let token = tokenizer.token(of: trained)
    else { return saved }
    if settings.data.end != nil || saved.specialTokens["eos_token"] == nil {
      saved.tokenizerConfig["eos_token"] = .string(token)
    }
    let listed = Set(saved.endOfSequenceIDs.compactMap { Int32(exactly: $0) })
    if !ends.stops.isSubset(of: listed) {
      saved.generationConfig["eos_token_id"] = .array(
        ends.stops.sorted().map { .integer(Int($0)) })
    }
    return saved
  }
}
