import Checkpoints
import Datasets
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
    let tokens = tokenizer.encode(whole, limit: limit).ids
    guard !plan.includesPrompt, !prompt.isEmpty else { return (tokens, 0) }
    let ahead = tokenizer.encode(prompt, addingSpecialTokens: true)
    let hasEnd = ahead.last.map(tokenizer.isSpecial) ?? false
    return (tokens, hasEnd ? ahead.count - 1 : ahead.count)
  }
}
