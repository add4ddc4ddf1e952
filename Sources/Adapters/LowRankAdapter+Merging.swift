import Autograd
import Models
package import Tensors

extension LowRankAdapter {
  /// The weights of the changed layers with the adapter worked in, `[O, C]` each, by name.
  ///
  /// `W + scale · B · A`, each row scaled to its magnitude where there is one. Computed in float32
  /// from the base weights, in memory of its own: the model and the adapter stay as they are.
  package var mergedWeights: [String: Tensor] {
    Dictionary(
      uniqueKeysWithValues: zip(linears, terms).map { linear, term in
        (linear.weight.name, term.merged(linear.weight))
      })
  }
}

extension LowRankTerm {
  fileprivate func merged(_ weight: Parameter) -> Tensor {
    let merged = changedRows(of: weight, 0..<b.value.rows)
    guard let magnitude else { return merged }
    let (magnitudes, inverse) = (magnitude.value.values, inverseNorms(of: weight).values)
    for row in 0..<merged.rows {
      merged.rows(row..<row + 1).scale(by: magnitudes[row] * inverse[row])
    }
    return merged
  }
}
