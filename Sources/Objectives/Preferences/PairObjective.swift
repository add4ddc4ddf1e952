package import Autograd
package import Datasets
package import Models
package import Tensors

/// An objective of two answers, of which one is to become likelier than the other: one loss a row.
package protocol PairObjective: SharingObjective {
  /// What the loss of each token of the better text counts in a row's loss, its prompt included.
  var tokenWeight: Double { get }

  /// The loss of a better and a worse answer, without that of single tokens.
  func loss(_ better: AnswerScore, _ worse: AnswerScore) -> PairLoss
}

/// The loss of two answers.
package struct PairLoss: Hashable, Sendable {
  /// The loss, in nats, or, of IPO, in squared ones.
  package let loss: Double
  /// Its derivative by the log-probability of the better answer.
  package let betterSlope: Double
  /// That by the worse one's.
  package let worseSlope: Double
  /// How far the reward of the better answer is ahead.
  package let margin: Double
}

extension PairObjective {
  package var tokenWeight: Double { 0 }

  package func lossCount(of example: EncodedExample) -> Int { example.other == nil ? 0 : 1 }

  package func logitCount(of example: EncodedExample) -> Int {
    let own = tokenWeight > 0 ? example.ids.count - 1 : example.trainedCount
    return own + (example.other?.trainedCount ?? 0)
  }

  package func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream? = nil, factor: Float
  ) -> RowLosses {
    let packed = PackedAnswers(
      examples, withPrompts: tokenWeight > 0, sharing: sharesPrefixes)
    let pass = ForwardPass(tape: tape, layout: SequenceLayout(packed.tokens), dropout: dropout)
    var result = RowLosses()
    _ = model.head.losses(
      model.hidden(packed.tokens.inputs, pass), rows: packed.rows, labels: packed.labels, on: tape
    ) { tokens in
      var weights = [Double](repeating: 0, count: packed.rows.count)
      for (place, example) in examples.enumerated() {
        let (better, worse) = (packed.answers[2 * place], packed.answers[2 * place + 1])
        let pair = loss(
          AnswerScore(better, tokens.losses, reference: example.reference.first),
          AnswerScore(worse, tokens.losses, reference: example.reference.last))
        // The loss of a token is its log-probability, turned round.
        for row in better.own { weights[row] -= pair.betterSlope }
        for row in worse.own { weights[row] -= pair.worseSlope }
        var sum = 0.0
        if tokenWeight > 0 {
          for row in better.losses {
            weights[row] += tokenWeight
            sum += Double(tokens.losses[row])
          }
        }
        result.append(loss: pair.loss + tokenWeight * sum, margin: pair.margin)
      }
      return weights.map { Float($0 * Double(factor)) }
    }
    return result
  }

  package func losses(ofReferred example: EncodedExample) -> RowLosses? {
    guard needsReference, let other = example.other, example.reference.count == 2 else {
      return nil
    }
    let pair = loss(
      AnswerScore(unchanged: example.reference[0], tokenCount: example.trainedCount),
      AnswerScore(unchanged: example.reference[1], tokenCount: other.trainedCount))
    return RowLosses(loss: pair.loss, margin: pair.margin)
  }
}

extension RowLosses {
  /// The loss of one preference.
  init(loss: Double, margin: Double) {
    self.init()
    append(loss: loss, margin: margin)
  }

  /// Adds a preference, which is met where the better answer is ahead.
  mutating func append(loss: Double, margin: Double) {
    losses.append(Float(loss))
    isCorrect.append(margin > 0)
    margins.append(Float(margin))
  }
}

extension PairObjective {
  /// Rows with the log-probabilities of both answers, as the model gives them now.
  func withReference(
    _ examples: [EncodedExample], by measuring: Measuring
  ) -> [EncodedExample] {
    var examples = examples
    for (index, scores) in measuring.logProbabilities(of: examples).enumerated() {
      examples[index].reference = scores
    }
    return examples
  }
}
