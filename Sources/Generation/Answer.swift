import Models
import Tensors

/// An answer while it is being written.
struct Answer {
  /// Which request it answers.
  let index: Int
  let sequence: CachedSequence
  /// The prompt that it answers.
  let prompt: [Int32]
  /// What the model goes on from: the prompt, or what answers begin with.
  let opening: [Int32]
  /// Tokens the model has not read yet: the rest of the prompt, or the token written last.
  var pending: ArraySlice<Int32>
  /// New tokens, at most.
  private let limit: Int
  private let sampler: Sampler
  private var stopper: StopCondition
  private var steering: Steering?
  private let alternatives: Int?
  private var drafts: LookupDrafts?
  private var choices: [TokenChoice] = []
  private(set) var tokens: [Int32] = []

  /// Begins an answer: `opening` is what the model goes on from, `sequence` holds its beginning.
  ///
  /// With `phrases` it is guessed how it goes on.
  init(
    to request: GenerationRequest, index: Int, opening: [Int32], after sequence: CachedSequence,
    limit: Int, stopper: StopCondition, phrases: WrittenPhrases?
  ) {
    self.index = index
    self.sequence = sequence
    self.limit = limit
    self.opening = opening
    prompt = request.prompt
    self.stopper = stopper
    pending = opening[sequence.length...]
    sampler = Sampler(request.settings, answer: request.answer)
    steering = Steering(request)
    alternatives = request.alternatives
    drafts = phrases.map { LookupDrafts(after: request.prompt, $0) }
  }

  /// Tokens that it may come to, with what it goes on from.
  var longest: Int { opening.count + limit }

  /// The tokens that its sequence holds.
  var read: ArraySlice<Int32> { (opening + tokens).prefix(sequence.length) }

  /// Chooses the next token from its row of logits, of which the one at `largest` is the largest; returns
  /// the answer when that ends it.
  mutating func append(
    from logits: Tensor, row: Int, largest: Int32, _ likelihoods: TokenLikelihoods,
    endTokens: Set<Int32>, _ onText: (String) -> Void
  ) -> GeneratedText? {
    guard let token = choose(from: logits, row: row, largest: largest, likelihoods, endTokens)
    else { return finish(steering?.mayEnd == true ? .endOfText : .noToken, onText) }
    if endTokens.contains(token) { return finish(.endOfText, onText) }
    if let alternatives {
      choices.append(
        TokenChoice(
          token, in: logits, row: row, largest: largest, count: alternatives, likelihoods))
    }
    tokens.append(token)
    drafts?.append(token)
    if stopper.append(token, onText) { return text(stopper.text, .stopText) }
    if steering?.append(token) == true { return finish(.endOfText, onText) }
    if tokens.count == limit { return finish(.length, onText) }
    pending = [token]
    return nil
  }

  /// How it may go on after the token that it has pending, at most `limit` tokens; empty when nothing
  /// can be guessed, or while its prompt is read.
  mutating func draft(limit: Int) -> [Int32] {
    guard !tokens.isEmpty, limit > 0 else { return [] }
    // The last token that may come needs no guess after it.
    return drafts?.next(limit: min(limit, self.limit - tokens.count - 1)) ?? []
  }

  /// Takes in how much of a draft was written.
  mutating func note(right: Int, of draft: [Int32]) {
    guard !draft.isEmpty else { return }
    drafts?.note(right: right)
    sequence.forget(draft.count - right)
  }

  /// Chooses a token; nil when none may come.
  private mutating func choose(
    from logits: Tensor, row: Int, largest: Int32, _ likelihoods: TokenLikelihoods,
    _ endTokens: Set<Int32>
  ) -> Int32? {
    guard steering != nil else {
      return sampler.choose(
        from: logits, row: row, largest: largest, index: tokens.count, likelihoods)
    }
    guard let steered = steering?.steer(logits, row: row, endTokens: endTokens) else { return nil }
    return sampler.choose(
      from: steered.logits, row: 0, largest: steered.largest, index: tokens.count, likelihoods)
  }

  /// Ends the answer as it stands.
  mutating func finish(_ reason: StopReason, _ onText: (String) -> Void) -> GeneratedText {
    text(stopper.finish(onText), reason)
  }

  private func text(_ text: String, _ reason: StopReason) -> GeneratedText {
    GeneratedText(text: text, tokens: tokens, stopReason: reason, choices: choices)
  }
}
