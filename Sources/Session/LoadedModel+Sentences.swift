import Checkpoints
import Datasets
import Models
import Tokenizers

/// Texts as the model's folder says that they become vectors.
extension LoadedModel {
  /// How vectors are made: as the folder says, or the mean over all tokens.
  var sentencePlan: SentencePlan { contents.sentences ?? SentencePlan() }

  /// How texts are read: cut to what the model reads, after the folder's prompt.
  var sentenceReading: SentenceReading {
    let plan = sentencePlan
    var reading = SentenceReading(
      limit: min(plan.maximumLength ?? .max, model.config.maximumPositions))
    (reading.prompt, reading.lowercases) = (plan.prompt, plan.lowercases)
    return reading
  }

  /// A text in tokens.
  func sentence(_ text: String) -> [Int32] { sentenceReading.tokens(of: text, by: tokenizer).ids }

  /// Reads what the folder has after the model's last states, unless that is done.
  ///
  /// - Throws: ``SessionError/file(_:)``.
  func readSentenceHead() throws(SessionError) {
    guard model.sentences == nil else { return }
    do throws(CheckpointError) {
      model.sentences = try SentenceHead(sentencePlan, of: model, promptLength: promptLength)
    } catch { throw .file(error) }
  }

  /// How many tokens the folder's prompt has at the beginning of a text.
  private var promptLength: Int {
    let prompt = sentencePlan.prompt
    guard !prompt.isEmpty else { return 0 }
    let ahead = tokenizer.encode(prompt, addingSpecialTokens: true)
    let hasEnd = ahead.last.map(tokenizer.isSpecial) ?? false
    return hasEnd ? ahead.count - 1 : ahead.count
  }
}
