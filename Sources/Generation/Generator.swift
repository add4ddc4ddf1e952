import Checkpoints
package import Execution
package import Models
package import Tensors
package import Tokenizers
package import Workers

/// Writes text with a model: all answers that are asked for, side by side.
package struct Generator {
  private let model: Transformer
  private let tokenizer: Tokenizer
  private let endTokens: Set<Int32>
  private let cacheFormat: CacheFormat
  private let activations: ActivationFormat
  private let phrases: WrittenPhrases?

  /// Makes a writer; `phrases` are what was written before, of which it is guessed how answers go on; nil
  /// guesses nothing.
  package init(
    model: Transformer, tokenizer: Tokenizer, endTokens: Set<Int32>,
    cacheFormat: CacheFormat = .float32, activations: ActivationFormat = .float,
    phrases: WrittenPhrases? = WrittenPhrases()
  ) {
    self.model = model
    self.tokenizer = tokenizer
    self.endTokens = endTokens
    self.cacheFormat = cacheFormat
    self.activations = activations
    self.phrases = phrases
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
  /// are what was written so far. The workers of `team` each write some of the answers, and all get
  /// them; those of the others are told when they are whole.
  package func generate(
    _ requests: [GenerationRequest], stop: StopFlag = StopFlag(), team: Team? = nil,
    onText: (Int, String) -> Void = { _, _ in }, onEnd: (Int) -> Void = { _ in }
  ) -> [GeneratedText] {
    guard let team else { return write(requests, stop: stop, onText: onText, onEnd: onEnd) }
    let own = requests.indices.filter { $0 % team.count == team.rank }
    let answers = write(
      own.map { requests[$0] }, stop: team.wish, onText: { onText(own[$0], $1) },
      onEnd: { onEnd(own[$0]) })
    let all = SharedAnswers.of(answers, count: requests.count, by: team)
    for index in all.indices where index % team.count != team.rank {
      onText(index, all[index].text)
      onEnd(index)
    }
    return all
  }

  private func write(
    _ requests: [GenerationRequest], stop: StopFlag, onText: (Int, String) -> Void,
    onEnd: (Int) -> Void
  ) -> [GeneratedText] {
    var loop = AnswerLoop(
      model: model, tokenizer: tokenizer, endTokens: endTokens, cacheFormat: cacheFormat,
      activations: activations, phrases: phrases)
    var answers = [GeneratedText?](repeating: nil, count: requests.count)
    // The loop numbers requests as they come.
    for request in requests { _ = loop.add(request) }
    let tell = { (ticket: Int, event: AnswerEvent) in
      switch event {
      case .text(let text): onText(ticket, text)
      case .ended(let answer):
        answers[ticket] = answer
        onEnd(ticket)
      }
    }
    while !loop.isIdle, !stop.isRequested { loop.pass(tell: tell) }
    loop.cancelAll(tell: tell)
    return answers.compactMap(\.self)
  }
}
