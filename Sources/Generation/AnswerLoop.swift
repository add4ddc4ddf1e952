import Autograd
package import Models
package import Tensors
package import Tokenizers

/// What happens to an answer while it is written.
package enum AnswerEvent: Sendable {
  /// A stretch of its text is whole.
  case text(String)
  /// There is no more of it.
  case ended(GeneratedText)
}

/// Writes answers side by side, pass after pass: requests come and go between passes.
///
/// Each pass gives every unfinished answer its next token. As an answer ends, the next request takes
/// its place, its prompt running beside the others' tokens. The beginning of a prompt that another
/// answer has read, or is reading, is not computed again. What is written depends on none of this: an
/// answer alone is the same to the bit.
package struct AnswerLoop {
  private let model: Transformer
  private let tokenizer: Tokenizer
  private let endTokens: Set<Int32>
  private let decoder: CachedDecoder
  private let likelihoods: TokenLikelihoods
  private var waiting: [(ticket: Int, request: GenerationRequest)] = []
  private var active: [Answer] = []
  private var kept: KeptPrompts
  /// Bytes of keys and values that answers written at a time may come to; one always may begin.
  private let cacheBytes: Int
  /// Where it is looked up how answers may go on; nil where that is not guessed.
  private let phrases: WrittenPhrases?
  private var nextTicket = 0
  /// Tokens that the model has read, of prompts and answers.
  package private(set) var tokensRead = 0

  /// Answers written at a time; more of them would share the reading of weights no better.
  package static let answersAtATime = 32
  /// Requests at the front of the queue that may begin before those in front of them.
  private static let lookAhead = 64
  /// Tokens of answers that a pass reads in about the time of one: what it has room for beside one of
  /// each answer may be guesses.
  private static let draftedPerPass = 16

  /// Begins with no request.
  ///
  /// - Parameters:
  ///   - model: what computes.
  ///   - tokenizer: makes text of its tokens.
  ///   - endTokens: those that end an answer.
  ///   - cacheFormat: what keys and values are kept as.
  ///   - activations: what rows become for products by weights of few bits.
  ///   - keptBytes: how much may be kept of answers that ended, for prompts that begin alike.
  ///   - cacheBytes: how much those that are written may come to; one always may begin.
  ///   - phrases: what was written before, of which guesses are made; they change the time alone. Nil makes
  ///     none.
  package init(
    model: Transformer, tokenizer: Tokenizer, endTokens: Set<Int32>,
    cacheFormat: CacheFormat = .float32, activations: ActivationFormat = .float,
    keptBytes: Int = 0, cacheBytes: Int = 1 << 30,
    phrases: WrittenPhrases? = WrittenPhrases()
  ) {
    self.model = model
    self.tokenizer = tokenizer
    self.endTokens = endTokens
    self.cacheBytes = cacheBytes
    self.phrases = model.blueprint.keepsKeys ? phrases : nil
    decoder = CachedDecoder(model: model, format: cacheFormat, activations: activations)
    likelihoods = TokenLikelihoods(count: model.config.vocabularySize)
    kept = KeptPrompts(
      tokenLimit: keptBytes / max(decoder.cache.bytesPerToken, 1), reading: model.blueprint)
  }

  /// Whether nothing is left to do.
  package var isIdle: Bool { waiting.isEmpty && active.isEmpty }

  /// How many requests wait for their turn.
  package var waitingCount: Int { waiting.count }

  /// Puts a request at the end of the queue; returns the number that its events have.
  package mutating func add(_ request: GenerationRequest) -> Int {
    defer { nextTicket += 1 }
    waiting.append((nextTicket, request))
    return nextTicket
  }

  /// Ends an answer as it stands; its end is told.
  package mutating func cancel(_ ticket: Int, tell: (Int, AnswerEvent) -> Void) {
    if let place = waiting.firstIndex(where: { $0.ticket == ticket }) {
      waiting.remove(at: place)
      tell(ticket, .ended(GeneratedText(text: "", tokens: [], stopReason: .cancelled)))
    } else if let place = active.firstIndex(where: { $0.index == ticket }) {
      let text = active[place].finish(.cancelled) { tell(ticket, .text($0)) }
      release(active.remove(at: place))
      tell(ticket, .ended(text))
    }
  }

  /// Ends all answers as they stand.
  package mutating func cancelAll(tell: (Int, AnswerEvent) -> Void) {
    for ticket in active.map(\.index) + waiting.map(\.ticket) { cancel(ticket, tell: tell) }
  }

  /// Lets requests begin, and gives each unfinished answer its next token, or reads more of its
  /// prompt.
  ///
  /// A prompt that leaves no room in the context gets an empty answer.
  package mutating func pass(tell: (Int, AnswerEvent) -> Void) {
    admit(tell)
    guard !active.isEmpty else { return }
    let (logits, speaking) = run()
    guard let logits else { return }
    let areNumbers = logits.isFinite
    let largest = logits.largestPlaces
    var ended: Set<Int> = []
    for spoken in speaking {
      let ticket = active[spoken.place].index
      guard
        let end = speak(
          spoken, from: logits, areNumbers: areNumbers, largest: largest,
          { tell(ticket, .text($0)) })
      else { continue }
      ended.insert(ticket)
      tell(ticket, .ended(end))
    }
    guard !ended.isEmpty else { return }
    for answer in active where ended.contains(answer.index) { release(answer) }
    active.removeAll { ended.contains($0.index) }
  }

  /// Gives an answer its next token, and those after it that were guessed right; returns the answer when
  /// that ends it.
  private mutating func speak(
    _ spoken: Spoken, from logits: Tensor, areNumbers: Bool, largest: [Int32],
    _ onText: (String) -> Void
  ) -> GeneratedText? {
    var right = 0
    defer { active[spoken.place].note(right: right, of: spoken.draft) }
    while true {
      let row = spoken.row + right
      guard areNumbers || logits.rows(row..<row + 1).isFinite else {
        return active[spoken.place].finish(.notNumbers, onText)
      }
      let end = active[spoken.place].append(
        from: logits, row: row, largest: largest[row], likelihoods, endTokens: endTokens, onText)
      if let end { return end }
      guard right < spoken.draft.count,
        active[spoken.place].tokens.last == spoken.draft[right]
      else { return nil }
      right += 1
    }
  }

  /// Takes what was computed for an answer that ended.
  private mutating func release(_ answer: Answer) {
    kept.add(answer.read, answer.sequence, prompt: answer.prompt)
    phrases?.add(answer.tokens)
  }

  /// Lets requests begin while there is room for them, but for those whose beginning is being read.
  private mutating func admit(_ tell: (Int, AnswerEvent) -> Void) {
    var reserved = active.reduce(0) { $0 + $1.longest }
    var place = 0
    while active.count < Self.answersAtATime, place < min(waiting.count, Self.lookAhead) {
      let (ticket, request) = waiting[place]
      let opening = decoder.opening(of: request.prompt)
      let limit = min(request.settings.maximumTokens, model.config.maximumPositions - opening.count)
      guard limit > 0 else {
        waiting.remove(at: place)
        tell(ticket, .ended(GeneratedText(text: "", tokens: [], stopReason: .length)))
        continue
      }
      reserved += opening.count + limit
      guard active.isEmpty || reserved * decoder.cache.bytesPerToken <= cacheBytes
      else { return }
      guard let sequence = sequence(for: request.prompt, opening) else {
        reserved -= opening.count + limit
        place += 1
        continue
      }
      waiting.remove(at: place)
      active.append(
        Answer(
          to: request, index: ticket, opening: opening, after: sequence, limit: limit,
          stopper: StopCondition(tokenizer: tokenizer, stopTexts: request.settings.stop),
          phrases: phrases))
    }
  }

  /// A sequence that holds as much of a prompt's beginning as is known; nil when it is worth waiting
  /// for another answer to read more of it.
  private func sequence(for prompt: [Int32], _ opening: [Int32]) -> CachedSequence? {
    var sources = kept.sources
    for answer in active {
      let source = KeptPrompt(
        tokens: answer.read, sequence: answer.sequence, prompt: answer.prompt)
      let known = kept.shared(source, with: prompt, opening)
      let later = kept.shared(source.whenRead(answer.opening), with: prompt, opening)
      if later - known >= KeptPrompts.worthWaiting { return nil }
      sources.append(source)
    }
    return kept.fork(for: prompt, opening, of: sources) ?? decoder.makeSequence(for: prompt)
  }

  /// An answer that was read to its end in a pass: the row of the logits after its last token, and of
  /// what was guessed to come next, whose rows follow.
  private struct Spoken {
    let place: Int
    let row: Int
    let draft: [Int32]
  }

  /// Runs what answers have pending, as much as a pass holds, and guesses after it; returns the logits of
  /// those that were read to their end, a row each and one for each guessed token, `[rows, V]`.
  private mutating func run() -> (logits: Tensor?, speaking: [Spoken]) {
    var feeds: [CachedDecoder.Feed] = []
    var (rows, speaking): ([Int], [Spoken]) = ([], [])
    var count = 0
    var room = phrases == nil ? 0 : Self.draftedPerPass - active.count
    for place in active.indices where count < CachedDecoder.tokensPerPass {
      let piece = active[place].pending.prefix(CachedDecoder.tokensPerPass - count)
      active[place].pending.removeFirst(piece.count)
      let isSpeaking = active[place].pending.isEmpty
      let draft =
        isSpeaking
        ? active[place].draft(
          limit: min(room, CachedDecoder.tokensPerPass - count - piece.count)) : []
      room -= draft.count
      feeds.append(
        CachedDecoder.Feed(sequence: active[place].sequence, tokens: piece + draft))
      count += piece.count + draft.count
      guard isSpeaking else { continue }
      speaking.append(Spoken(place: place, row: rows.count, draft: draft))
      rows += count - draft.count - 1..<count
    }
    tokensRead += count
    let hidden = decoder.hidden(feeds)
    return (rows.isEmpty ? nil : decoder.logits(hidden, rows: rows), speaking)
  }
}
