import Checkpoints
package import Execution
package import Models
import Tensors
package import Tokenizers

/// Writes text with a model: each pass gives every unfinished answer its next token.
///
/// As an answer ends, the next request takes its place, its prompt running beside the others'
/// tokens. What is written does not depend on it: an answer alone is the same to the bit.
package struct Generator {
  private let model: Transformer
  private let tokenizer: Tokenizer
  private let endTokens: Set<Int32>
  private let cacheFormat: CacheFormat

  /// Answers written at a time; more of them would share the reading of weights no better.
  static let answersAtATime = 32
  /// Bytes of keys and values that answers written at a time may come to; one always may begin.
  static let cacheByteLimit = 1 << 30

  package init(
    model: Transformer, tokenizer: Tokenizer, endTokens: Set<Int32>,
    cacheFormat: CacheFormat = .float32
  ) {
    self.model = model
    self.tokenizer = tokenizer
    self.endTokens = endTokens
    self.cacheFormat = cacheFormat
  }

  /// Continues one prompt; see ``generate(_:stop:onText:onEnd:)``.
  package func generate(
    _ prompt: [Int32], _ settings: SamplingSettings, answer: Int = 0,
    stop: StopFlag = StopFlag(), onText: (String) -> Void = { _ in }
  ) -> GeneratedText {
    generate(
      [GenerationRequest(prompt, settings, answer: answer)], stop: stop,
      onText: { onText($1) })[0]
  }

  /// Continues each prompt; one that leaves no room in the context gets an empty answer.
  ///
  /// `onText` is told each stretch of text of an answer, by its request's number, once it is whole,
  /// and `onEnd` that there is no more. `stop` is asked before each pass; then the answers
  /// are what was written so far.
  package func generate(
    _ requests: [GenerationRequest], stop: StopFlag = StopFlag(),
    onText: (Int, String) -> Void = { _, _ in }, onEnd: (Int) -> Void = { _ in }
  ) -> [GeneratedText] {
    let decoder = CachedDecoder(model: model, format: cacheFormat)
    let likelihoods = TokenLikelihoods(count: model.config.vocabularySize)
    var queue = AnswerQueue(requests)
    var active: [Answer] = []
    var finished: [Int: GeneratedText] = [:]
    while !stop.isRequested {
      admit(from: &queue, to: &active, &finished, requests, decoder, onEnd)
      guard !active.isEmpty else { break }
      let (logits, speaking) = run(&active, decoder)
      guard let logits else { continue }
      let areNumbers = logits.isFinite
      for ((row, place), largest) in zip(speaking.enumerated(), logits.largestPlaces) {
        let index = active[place].index
        guard areNumbers || logits.rows(row..<row + 1).isFinite else {
          finished[index] = active[place].finish(.notNumbers) { onText(index, $0) }
          continue
        }
        finished[index] = active[place].append(
          from: logits, row: row, largest: largest, likelihoods, endTokens: endTokens,
          { onText(index, $0) })
      }
      for answer in active where finished[answer.index] != nil { onEnd(answer.index) }
      active.removeAll { finished[$0.index] != nil }
    }
    for var answer in active {
      let index = answer.index
      finished[index] = answer.finish(.cancelled) { onText(index, $0) }
      onEnd(index)
    }
    let unbegun = GeneratedText(text: "", tokens: [], stopReason: .cancelled)
    return requests.indices.map { finished[$0] ?? unbegun }
  }

  /// Lets requests begin while there is room for them.
  private func admit(
    from queue: inout AnswerQueue, to active: inout [Answer],
    _ finished: inout [Int: GeneratedText], _ requests: [GenerationRequest],
    _ decoder: CachedDecoder, _ onEnd: (Int) -> Void
  ) {
    var reserved = active.reduce(0) { $0 + room(requests[$1.index], decoder).total }
    while active.count < Generator.answersAtATime, let (index, request) = queue.first {
      let (limit, total) = room(request, decoder)
      guard limit > 0 else {
        queue.skipFirst()
        finished[index] = GeneratedText(text: "", tokens: [], stopReason: .length)
        onEnd(index)
        continue
      }
      reserved += total
      guard active.isEmpty || reserved * decoder.cache.bytesPerToken <= Generator.cacheByteLimit
      else { return }
      active.append(
        Answer(
          to: request, index: index, opening: decoder.opening(of: request.prompt),
          after: queue.removeFirst(decoder), limit: limit,
          stopper: StopCondition(tokenizer: tokenizer, stopTexts: request.settings.stop)))
    }
  }

  /// How many tokens an answer may have, and those that are kept for it.
  private func room(
    _ request: GenerationRequest, _ decoder: CachedDecoder
  ) -> (limit: Int, total: Int) {
    let opening = decoder.opening(of: request.prompt).count
    let limit = min(request.settings.maximumTokens, model.config.maximumPositions - opening)
    return (limit, opening + limit)
  }

  /// Runs what answers have pending, as much as a pass holds; returns the logits of those that
  /// were read to their end, `[speaking, V]`, and which they are.
  private func run(
    _ active: inout [Answer], _ decoder: CachedDecoder
  ) -> (logits: Tensor?, speaking: [Int]) {
    var feeds: [CachedDecoder.Feed] = []
    var (rows, speaking): ([Int], [Int]) = ([], [])
    var count = 0
    for place in active.indices where count < CachedDecoder.tokensPerPass {
      let piece = active[place].pending.prefix(CachedDecoder.tokensPerPass - count)
      active[place].pending.removeFirst(piece.count)
      feeds.append(CachedDecoder.Feed(sequence: active[place].sequence, tokens: piece))
      count += piece.count
      guard active[place].pending.isEmpty else { continue }
      rows.append(count - 1)
      speaking.append(place)
    }
    let hidden = decoder.hidden(feeds)
    return (rows.isEmpty ? nil : decoder.logits(hidden, rows: rows), speaking)
  }
}
