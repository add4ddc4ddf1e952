package import Autograd
package import Datasets
package import Models
package import Tensors

/// The label of a whole text by the model's head: one loss a text.
///
/// Of one label it is cross-entropy, of several the mean of each one's binary cross-entropy, of a number
/// the squared error, as in transformers' `…ForSequenceClassification`. With weights of the labels, a
/// step's loss is the mean of its texts' weighted by those of their labels, as PyTorch has it.
///
/// Losses and their slopes are computed on the host in double: they are a few numbers a text.
package struct Classify: Objective {
  /// What the loss of a text counts, by the place of its label; nil where all count the same.
  private let weights: [Double]?
  /// What every weight is multiplied by, for the rows at hand.
  private var share = 1.0

  package init(weights: [Double]? = nil) { self.weights = weights }

  package func lossCount(of example: EncodedExample) -> Int { example.label == nil ? 0 : 1 }

  /// The objective with weights that are 1 in the mean over the rows of a step, or of an evaluation.
  package func readied(
    for examples: [EncodedExample], by measuring: Measuring
  ) -> any Objective {
    guard weights != nil else { return self }
    var (readied, sum) = (self, 0.0)
    for example in examples { sum += weight(of: example) }
    if sum > 0 { readied.share = Double(examples.count) / sum }
    return readied
  }

  package func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream? = nil, factor: Float
  ) -> RowLosses {
    let scores = model.labelScores(examples.map(\.ids), on: tape, dropout: dropout)
    let (values, columns) = (scores.value.values, scores.value.columns)
    var result = RowLosses()
    var gradient: [Float] = []
    for (place, example) in examples.enumerated() {
      guard let target = example.label else { continue }
      let row = values[place * columns..<(place + 1) * columns].map(Double.init)
      let own = LabelLoss.of(row, target)
      let weight = share * weight(of: example)
      result.losses.append(Float(weight * own.loss))
      result.isCorrect.append(own.isCorrect)
      gradient += own.slopes.map { Float(weight * Double(factor) * $0) }
    }
    tape.give(gradient, to: scores)
    return result
  }

  private func weight(of example: EncodedExample) -> Double {
    guard let weights, case .one(let place)? = example.label else { return 1 }
    return weights[place]
  }
}

extension Measuring {
  /// Computes the scores that the model's head gives labels of texts, and hands them to `take` a stretch
  /// of texts after the other.
  package func labelScores(of texts: [[Int32]], _ take: ([[Float]]) -> Void) {
    inBatches(of: texts.map(\.count)) { range, tape in
      take(model.labelScores(Array(texts[range]), on: tape).value.eachRow)
    }
  }
}
