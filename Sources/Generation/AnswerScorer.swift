import Autograd
package import Execution
package import Models
import Tensors

/// A prompt, and answers to be told apart.
package struct Question: Sendable {
  /// At least one token.
  package let prompt: [Int32]
  /// Each at least one token.
  package let answers: [[Int32]]

  /// Tokens of the longest sequence that is computed for it.
  package let length: Int

  /// Asks about `answers`; that none of them is empty is the caller's duty.
  ///
  /// `isApart` says that another half of the model reads the prompt.
  package init(prompt: [Int32], answers: [[Int32]], isApart: Bool = false) {
    precondition(!prompt.isEmpty, "a prompt without tokens")
    precondition(answers.allSatisfy { !$0.isEmpty }, "an answer without tokens")
    self.prompt = prompt
    self.answers = answers
    let longest = answers.map(\.count).max() ?? 0
    length = isApart ? max(prompt.count, 1 + longest) : prompt.count + longest
  }
}

/// How likely a model holds an answer.
package struct AnswerScore: Hashable, Sendable {
  /// ln p of each token, given the prompt and the tokens before it.
  package let logProbabilities: [Float]

  /// ln p of the whole answer.
  package var logProbability: Double { logProbabilities.reduce(0) { $0 + Double($1) } }
}

/// Asks a model how likely each of several answers is.
///
/// A prompt is read once, and what it begins with as prompts before it do is not read again; its answers
/// go on from copies of its keys and values, all in the same passes. The numbers are those of the
/// training loss, to the bit.
package struct AnswerScorer {
  private let model: Transformer

  package init(model: Transformer) { self.model = model }

  /// Questions that are asked at a time: their prompts share a pass.
  private static let questionsAtATime = 32
  /// Tokens of prompts that are kept for those that begin alike; the latest prompt is in any case.
  private static let keptTokens = 2048

  /// Returns the scores of many questions' answers.
  ///
  /// `stop` is asked now and then, and makes the result nil; `progress` is told the share done.
  package func scores(
    _ questions: [Question], stop: StopFlag, progress: (Double) -> Void
  ) -> [[AnswerScore]]? {
    var prompts = ReadPrompts(model, keptTokens: Self.keptTokens)
    var scores: [[AnswerScore]] = []
    for start in stride(from: 0, to: questions.count, by: Self.questionsAtATime) {
      if stop.isRequested { return nil }
      let end = min(start + Self.questionsAtATime, questions.count)
      scores += self.scores(Array(questions[start..<end]), &prompts)
      progress(Double(end) / Double(questions.count))
    }
    return scores
  }

  /// Returns the scores of each question's answers, in their order.
  package func scores(_ questions: [Question]) -> [[AnswerScore]] {
    var prompts = ReadPrompts(model, keptTokens: Self.keptTokens)
    return scores(questions, &prompts)
  }

  private func scores(_ questions: [Question], _ prompts: inout ReadPrompts) -> [[AnswerScore]] {
    let read = prompts.read(questions.map(\.prompt))
    let continuations = zip(questions, read).flatMap { question, prompt in
      question.answers.map { (prompt.sequence, prompt.lastToken + $0) }
    }
    var scores = passes(continuations.map(\.1)).flatMap { range in
      score(continuations[range].map { ($0.fork(), $1) }, prompts.decoder)
    }[...]
    return questions.map { question in
      defer { scores.removeFirst(question.answers.count) }
      return Array(scores.prefix(question.answers.count))
    }
  }

  /// Cuts continuations into passes of about `tokensPerPass` tokens.
  private func passes(_ continuations: [ArraySlice<Int32>]) -> [Range<Int>] {
    var (ranges, start, count): ([Range<Int>], Int, Int) = ([], 0, 0)
    for (index, tokens) in continuations.enumerated() {
      if count > 0, count + tokens.count > CachedDecoder.tokensPerPass {
        ranges.append(start..<index)
        (start, count) = (index, 0)
      }
      count += tokens.count
    }
    return count > 0 ? ranges + [start..<continuations.count] : ranges
  }

  /// Scores one pass of continuations: each is the prompt's last token, then the answer's.
  private func score(
    _ continuations: [(CachedSequence, ArraySlice<Int32>)], _ decoder: CachedDecoder
  ) -> [AnswerScore] {
    let hidden = decoder.hidden(
      continuations.map { CachedDecoder.Feed(sequence: $0, tokens: $1.dropLast()) })
    let labels = continuations.flatMap { $1.dropFirst() }
    var losses = model.head.losses(
      hidden, rows: labels.indices.map(Int32.init), labels: labels, factor: 1, on: decoder.tape
    ).losses[...]
    return continuations.map { _, tokens in
      defer { losses.removeFirst(tokens.count - 1) }
      return AnswerScore(logProbabilities: losses.prefix(tokens.count - 1).map { -$0 })
    }
  }
}
