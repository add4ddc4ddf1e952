import Autograd
import Models
package import Tensors

extension LowRankAdapter {
  /// The tensors that the adapter changes, with it worked in, by name; matrices are `[O, C]`.
  ///
  /// Computed in float32 from the base weights, in memory of its own: the model and the adapter stay
  /// as they are. The adapter is in force. A head that it parts from the table of tokens is one of
  /// them.
  package var mergedWeights: [String: Tensor] {
    var merged: [String: Tensor] = [:]
    for placed in changes {
      let parameter = sites.parameter(placed.site)
      merged[parameter.name] = parameter.weights.tensor
    }
    if partsHead { merged[sites.headName] = sites.model.head.weight.weights.tensor }
    for (linear, term) in zip(linears, terms) {
      merged[linear.weight.name] = term.merged(linear.weight)
      guard let added = term.bias, let bias = linear.bias else { continue }
      let sum = added.value.copy()
      sum.scale(by: term.scale)
      sum.add(bias.value)
      merged[bias.name] = sum
    }
    return merged
  }

  /// Why the adapter cannot be worked into the weights; nil when it can.
  package var mergeRefusal: AdapterError? {
    for (linear, term) in zip(linears, terms) where term.bias != nil && linear.bias == nil {
      return .biasWithoutPlace(module: linear.path)
    }
    return nil
  }
}

extension LowRankTerm {
  /// `weight` with the term worked in, `[O, C]`.
  func merged(_ weight: Parameter) -> Tensor {
    let merged = changedRows(of: weight, 0..<b.value.rows)
    guard let magnitude else { return merged }
    merged.scaleRows(by: zip(magnitude.value.values, inverseNorms(of: weight).values).map(*))
    return merged
  }
}
