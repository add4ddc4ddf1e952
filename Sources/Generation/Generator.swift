import Autograd
import Checkpoints
package import Models
import Tensors
package import Tokenizers

/// Why an answer ended.
package enum StopReason: String, Sendable {
  /// The model said it is done.
  case endOfText
  case stopText
  /// The tokens asked for, or the model's context, were used up.
  case length
  case cancelled
}

/// A generated answer.
package struct GeneratedText: Sendable {
  package let text: String
  /// The new tokens, the one that ended the answer not counted.
  package let tokens: [Int32]
  package let stopReason: StopReason
}

/// Writes text with a model: one pass over the prompt, then a token at a time from a cache.
package struct Generator {
  private let model: DecoderModel
  private let tokenizer: Tokenizer
  private let endTokens: Set<Int32>

  package init(model: DecoderModel, tokenizer: Tokenizer, endTokens: Set<Int32>) {
    self.model = model
    self.tokenizer = tokenizer
    self.endTokens = endTokens
  }

  /// Continues `prompt`, a list of at least one token that leaves room in the context.
  ///
  /// `onText` is told each stretch of text once it is whole; `isCancelled` is asked before each
  /// token.
  package func generate(
    _ prompt: [Int32], _ settings: SamplingSettings, answer: Int = 0,
    isCancelled: () -> Bool = { false }, onText: (String) -> Void = { _ in }
  ) -> GeneratedText {
    precondition(!prompt.isEmpty, "a prompt without tokens")
    let limit = min(settings.maximumTokens, model.config.maximumPositions - prompt.count)
    guard limit > 0 else { return GeneratedText(text: "", tokens: [], stopReason: .length) }
    let sampler = Sampler(settings, answer: answer)
    let cache = model.makeCache(sequenceCount: 1, capacity: prompt.count + limit)
    var stopper = StopCondition(tokenizer: tokenizer, stopTexts: settings.stop)
    let tape = Tape(arena: Arena(), isRecording: false)
    var next = prompt
    var tokens: [Int32] = []
    while tokens.count < limit {
      guard !isCancelled() else {
        return GeneratedText(text: stopper.finish(onText), tokens: tokens, stopReason: .cancelled)
      }
      let pass = ForwardPass(tape: tape, layout: cache.append([next.count]), cache: cache)
      let hidden = model.hidden(next, pass)
      let logits = model.logits(hidden, rows: [next.count - 1]).values
      let token = sampler.choose(from: logits, index: tokens.count)
      if endTokens.contains(token) {
        return GeneratedText(text: stopper.finish(onText), tokens: tokens, stopReason: .endOfText)
      }
      tokens.append(token)
      if stopper.append(token, onText) {
        return GeneratedText(text: stopper.text, tokens: tokens, stopReason: .stopText)
      }
      next = [token]
    }
    return GeneratedText(text: stopper.finish(onText), tokens: tokens, stopReason: .length)
  }
}
