import Datasets
import Mathematics

/// The loss of one text's scores, and its slope by each of them.
struct LabelLoss: Hashable, Sendable {
  /// In nats; of a number, squared.
  let loss: Double
  /// The derivative of the loss by each score.
  let slopes: [Double]
  /// Whether the label, or just these labels, are what the scores say; never of a number.
  let isCorrect: Bool

  /// The loss of scores where a text has `target` of the labels.
  static func of(_ scores: [Double], _ target: EncodedExample.LabelTarget) -> LabelLoss {
    switch target {
    case .one(let place): one(scores, place)
    case .several(let places): several(scores, Set(places))
    case .number(let number): squared((scores.first ?? 0) - number)
    }
  }

  /// Cross-entropy: log Σ exp(s) − s of the label.
  private static func one(_ scores: [Double], _ place: Int) -> LabelLoss {
    let largest = scores.max() ?? 0
    let sum = scores.reduce(0) { $0 + exponential($1 - largest) }
    let shares = LabelShares.ofOne(scores)
    return LabelLoss(
      loss: logarithm(sum) + largest - scores[place],
      slopes: shares.enumerated().map { $1 - ($0 == place ? 1 : 0) },
      isCorrect: LabelShares.likeliest(scores) == place)
  }

  /// The mean over all labels of −log σ(s), or of −log σ(−s) where the text does not have the label.
  private static func several(_ scores: [Double], _ places: Set<Int>) -> LabelLoss {
    let count = Double(scores.count)
    let sum = scores.enumerated().reduce(0.0) { sum, score in
      sum - logSigmoid(places.contains(score.offset) ? score.element : -score.element)
    }
    return LabelLoss(
      loss: sum / count,
      slopes: scores.enumerated().map { (sigmoid($1) - (places.contains($0) ? 1 : 0)) / count },
      isCorrect: Set(LabelShares.given(scores)) == places)
  }

  private static func squared(_ error: Double) -> LabelLoss {
    LabelLoss(loss: error * error, slopes: [2 * error], isCorrect: false)
  }
}

/// What scores say of labels.
package enum LabelShares {
  /// The probability of each label where a text has one: the softmax.
  package static func ofOne(_ scores: [Double]) -> [Double] {
    let largest = scores.max() ?? 0
    let parts = scores.map { exponential($0 - largest) }
    let sum = parts.reduce(0, +)
    return parts.map { $0 / sum }
  }

  /// The probability of each label where a text may have several.
  package static func ofSeveral(_ scores: [Double]) -> [Double] { scores.map(sigmoid) }

  /// The place of the largest score, the first of equals.
  package static func likeliest(_ scores: [Double]) -> Int {
    scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
  }

  /// The places of the labels that are likelier than not, where a text may have several.
  package static func given(_ scores: [Double]) -> [Int] {
    scores.indices.filter { scores[$0] > 0 }
  }
}
