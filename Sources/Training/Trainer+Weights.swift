import Autograd
package import Tensors

extension Trainer {
  /// Copies of the weights that are trained, by name, in the model's order.
  package var copiedWeights: [(name: String, tensor: Tensor)] {
    parameters.map { (name: $0.name, tensor: $0.value.copy()) }
  }

  /// Puts weights back that ``copiedWeights`` gave; false, and nothing changes, when they are those
  /// of something else.
  package func restoreWeights(_ weights: [(name: String, tensor: Tensor)]) -> Bool {
    let byName = Dictionary(weights.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    guard parameters.allSatisfy({ byName[$0.name]?.shape == $0.value.shape }) else { return false }
    for parameter in parameters {
      if let weights = byName[parameter.name] { parameter.value.assign(weights) }
    }
    return true
  }
}
