import Checkpoints
import Models
import Tokenizers

/// Texts as the model's folder says that they become vectors.
extension LoadedModel {
  /// How vectors are made: as the folder says, or the mean over all tokens.
  var sentencePlan: SentencePlan { contents.sentences ?? SentencePlan() }

  /// A text in tokens, cut to what the model reads, with those of the folder's prompt before it.
  func sentence(_ text: String) -> (tokens: [Int32], promptLength: Int) {
    let plan = sentencePlan
    let limit = min(plan.maximumLength ?? .max, model.config.maximumPositions)
    let prompt = plan.prompt
    let whole = plan.lowercases ? (prompt + text).lowercased() : prompt + text
    guard !plan.includesPrompt, !prompt.isEmpty else { return (cutSentence(whole, limit), 0) }
    let ahead = tokenizer.encode(prompt, addingSpecialTokens: true)
    let hasEnd = ahead.last.map(tokenizer.isSpecial) ?? false
    return (cutSentence(whole, limit), hasEnd ? ahead.count - 1 : ahead.count)
  }

  /// The tokens of a text, at most `limit`: its own last ones are left out, and those that the
  /// tokenizer puts after them stay.
  private func cutSentence(_ text: String, _ limit: Int) -> [Int32] {
    let tokens = tokenizer.encode(text, addingSpecialTokens: true)
    let surplus = tokens.count - limit
    guard surplus > 0 else { return tokens }
    let own = tokenizer.encode(text, addingSpecialTokens: false)
    let added = tokens.count - own.count
    // How many of the added ones come first.
    let before = (0...max(0, added)).first { tokens[$0...].starts(with: own) } ?? 0
    let end = max(before, before + own.count - surplus)
    return Array((tokens[..<end] + tokens[(before + own.count)...]).prefix(limit))
  }
}
