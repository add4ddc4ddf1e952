package import Autograd
package import Datasets
package import Models
package import Tensors

/// Kahneman-Tversky optimization: answers that are good are to gain likelihood over the model of before,
/// bad ones to lose it, by how far they are from what answers gain anyway.
///
/// With r = an answer's gain, the loss of a good one is 1 − σ(beta · (r − z)), of a bad one
/// 1 − σ(beta · (z − r)), each times its weight. z, at least 0, is the mean gain of answers to other
/// prompts over the rows of a step: each row's prompt with the answer of the row before it.
///
/// Source: Ethayarajh et al. 2024, arXiv:2402.01306, equations 7 and 8.
package struct KTO: SharingObjective {
  private let beta: Double
  private let goodWeight: Double
  private let badWeight: Double
  package var sharesPrefixes = false
  /// What answers gain anyway, of the rows at hand.
  private var usualGain = 0.0

  package init(beta: Double = 0.1, goodWeight: Double = 1, badWeight: Double = 1) {
    (self.beta, self.goodWeight, self.badWeight) = (beta, goodWeight, badWeight)
  }

  package var needsReference: Bool { true }

  package func lossCount(of example: EncodedExample) -> Int {
    if case .verdict = example.goal { 1 } else { 0 }
  }

  package func logitCount(of example: EncodedExample) -> Int { example.trainedCount }

  /// Rows with an answer to another prompt, and what the model gives both answers now.
  package func referred(
    _ examples: [EncodedExample], by measuring: Measuring
  ) -> [EncodedExample] {
    var examples = examples.mismatched(limit: measuring.model.config.maximumPositions)
    let own = measuring.logProbabilities(of: examples)
    let mismatched = measuring.logProbabilities(of: examples.compactMap(\.mismatched))
      .flatMap(\.self)
    guard mismatched.count == own.count, own.count == examples.count else { return examples }
    for index in examples.indices {
      examples[index].reference = own[index] + [mismatched[index]]
    }
    return examples
  }

  package func readied(
    for examples: [EncodedExample], by measuring: Measuring
  ) -> any Objective {
    let asked = examples.filter { $0.mismatched != nil }
    let scores = measuring.logProbabilities(of: asked.compactMap(\.mismatched)).flatMap(\.self)
    var sum = 0.0
    for (score, example) in zip(scores, asked) { sum += score - (example.reference.last ?? 0) }
    var readied = self
    readied.usualGain = max(0, sum / Double(max(1, scores.count)))
    return readied
  }

  package func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream? = nil, factor: Float
  ) -> RowLosses {
    let packed = PackedAnswers(examples, sharing: sharesPrefixes)
    let pass = ForwardPass(tape: tape, layout: SequenceLayout(packed.tokens), dropout: dropout)
    var result = RowLosses()
    _ = model.head.losses(
      model.hidden(packed.tokens.inputs, pass), rows: packed.rows, labels: packed.labels, on: tape
    ) { tokens in
      var weights = [Double](repeating: 0, count: packed.rows.count)
      for (answer, example) in zip(packed.answers, examples) {
        let score = AnswerScore(answer, tokens.losses, reference: example.reference.first)
        let verdict = loss(of: score, example)
        for row in answer.own { weights[row] = verdict.slope }
        result.append(loss: verdict.loss, margin: verdict.margin)
      }
      return weights.map { Float($0 * Double(factor)) }
    }
    return result
  }

  /// The loss of an answer, its derivative by that of a token, and how far it is on its side.
  private func loss(
    of score: AnswerScore, _ example: EncodedExample
  ) -> (loss: Double, slope: Double, margin: Double) {
    let isGood = if case .verdict(true, _) = example.goal { true } else { false }
    let (sign, weight) = isGood ? (1.0, goodWeight) : (-1.0, badWeight)
    let margin = sign * beta * (score.gain - usualGain)
    let share = sigmoid(margin)
    return (weight * (1 - share), weight * sign * beta * share * (1 - share), margin)
  }

  package func losses(ofReferred example: EncodedExample) -> RowLosses? {
    guard let reference = example.reference.first else { return nil }
    // Nothing gained anything: answers to other prompts neither.
    let verdict = loss(
      of: AnswerScore(unchanged: reference, tokenCount: example.trainedCount), example)
    return RowLosses(loss: verdict.loss, margin: verdict.margin)
  }
}

extension EncodedExample {
  /// The row's prompt with the answer to another one.
  fileprivate var mismatched: EncodedExample? {
    guard case .verdict(_, let answer?) = goal else { return nil }
    return EncodedExample(ids: answer.ids, lossMask: answer.lossMask, row: row)
  }
}

extension [EncodedExample] {
  /// Rows with verdicts, each with the answer of the row before it after its own prompt, the first one
  /// with that of the last; cut to `limit` tokens.
  fileprivate func mismatched(limit: Int) -> [EncodedExample] {
    var rows = self
    for index in indices {
      guard case .verdict(let isGood, _) = self[index].goal else { continue }
      let before = self[index == startIndex ? endIndex - 1 : index - 1]
      let prompt = self[index].ids.prefix(self[index].answerStart)
      let answer = before.ids[before.answerStart...]
      let ids = [Int32]((prompt + answer).prefix(limit))
      rows[index].goal = .verdict(
        isGood: isGood,
        mismatched: OtherAnswer(ids: ids, lossMask: ids.indices.map { $0 >= prompt.count }))
    }
    return rows
  }
}

extension EncodedExample {
  /// The first token of the answer.
  fileprivate var answerStart: Int { lossMask.firstIndex(of: true) ?? ids.count }
}
