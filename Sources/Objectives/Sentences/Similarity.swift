package import Autograd
package import Datasets
package import Models
package import Tensors

/// The cosine of two texts' vectors is to be what their row says: one squared error a row, as in
/// sentence-transformers' CosineSimilarityLoss.
///
/// Source: Reimers and Gurevych 2019, arXiv:1908.10084, section 3.
package struct Similarity: Objective {
  package init() {}

  package func lossCount(of example: EncodedExample) -> Int {
    if case .alike = example.goal { 1 } else { 0 }
  }

  package func logitCount(of example: EncodedExample) -> Int { 0 }

  package var readsHead: Bool { false }

  package func losses(
    of examples: ArraySlice<EncodedExample>, by model: Transformer, on tape: Tape,
    dropout: DropoutStream? = nil, factor: Float
  ) -> RowLosses {
    let vectors = model.vectors(
      of: examples.flatMap { $0.texts ?? [] }, on: tape, dropout: dropout)
    var result = RowLosses()
    var slopes: [Float] = []
    for (example, pair) in zip(examples, examples.divided(vectors.value.eachRow)) {
      guard case .alike(_, let score) = example.goal else { continue }
      let (one, other) = (
        UnitVector(pair[0], width: pair[0].count), UnitVector(pair[1], width: pair[1].count)
      )
      let error = one.cosine(with: other) - score
      result.losses.append(Float(error * error))
      result.isCorrect.append(false)
      for (text, rival) in [(one, other), (other, one)] {
        var gradient = [Double](repeating: 0, count: text.numbers.count)
        text.addSlopes(rival.numbers.map { 2 * error * $0 }, to: &gradient)
        slopes += gradient.map { Float(Double(factor) * $0) }
      }
    }
    tape.give(slopes, to: vectors)
    return result
  }
}
