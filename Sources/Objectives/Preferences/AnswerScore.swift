import Autograd
import Datasets
import Execution
import Mathematics
import Models
import Tensors

/// How likely a model holds an answer.
package struct AnswerScore: Hashable, Sendable {
  /// The sum of its tokens' log-probabilities, in nats.
  package let logProbability: Double
  /// Its tokens.
  package let tokenCount: Int
  /// What the model gave it before training.
  package let reference: Double

  package init(logProbability: Double, tokenCount: Int, reference: Double = 0) {
    (self.logProbability, self.tokenCount) = (logProbability, tokenCount)
    self.reference = reference
  }

  /// The score of one of packed answers, by the losses of all their tokens.
  init(_ answer: PackedAnswers.Answer, _ losses: [Float], reference: Double?) {
    let sum = answer.own.reduce(0) { $0 + Double(losses[$1]) }
    self.init(logProbability: -sum, tokenCount: answer.own.count, reference: reference ?? 0)
  }

  /// The score of an answer by the model that it was referred to.
  init(unchanged logProbability: Double, tokenCount: Int) {
    self.init(
      logProbability: logProbability, tokenCount: tokenCount, reference: logProbability)
  }

  /// How much likelier it became, in nats.
  var gain: Double { logProbability - reference }

  /// Nats a token.
  var mean: Double { logProbability / Double(tokenCount) }
}

extension Measuring {
  /// The log-probability of each answer; of a row with another answer, first its own and then the
  /// other's.
  func logProbabilities(of examples: [EncodedExample]) -> [[Double]] {
    var all: [[Double]] = []
    let sharing = model.blueprint.keepsKeys
    let groups = RowGroups(examples, sharing: sharing)
    let grouped = groups.order.map { examples[$0] }
    for part in groups.microBatches(budget: microbatchTokens) {
      if stop.isRequested { break }
      let packed = PackedAnswers(grouped[part.rows], sharing: sharing)
      var sums = logProbabilities(of: packed, on: Tape(arena: arena, isRecording: false))[...]
      for example in grouped[part.rows] {
        let count = example.other == nil ? 1 : 2
        all.append(Array(sums.prefix(count)))
        sums = sums.dropFirst(count)
      }
      progress(Double(all.count) / Double(examples.count))
    }
    return all.count == examples.count ? groups.ungrouped(all) : []
  }

  private func logProbabilities(of packed: PackedAnswers, on tape: Tape) -> [Double] {
    let hidden = model.hidden(
      packed.tokens.inputs, ForwardPass(tape: tape, layout: SequenceLayout(packed.tokens)))
    let losses = model.head.losses(
      hidden, rows: packed.rows, labels: packed.labels, factor: 1, on: tape)
    return packed.answers.map {
      AnswerScore($0, losses.losses, reference: nil).logProbability
    }
  }
}

/// log(1 / (1 + exp(-x))).
func logSigmoid(_ x: Double) -> Double {
  x >= 0 ? -logarithm(1 + exponential(-x)) : x - logarithm(1 + exponential(x))
}

/// 1 / (1 + exp(-x)).
func sigmoid(_ x: Double) -> Double {
  x >= 0 ? 1 / (1 + exponential(-x)) : exponential(x) / (1 + exponential(x))
}
