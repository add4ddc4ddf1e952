import Autograd
package import Checkpoints
package import Tensors

extension GGUFAdapter {
  /// The two matrices of a layer as the model has them.
  package struct Pair {
    /// The layer.
    package let linear: Linear
    /// `[R, C]`.
    package let a: Tensor
    /// `[O, R]`.
    package let b: Tensor
  }

  /// Reads the matrices of a file for the layers of `model` again.
  ///
  /// - Throws: `CheckpointError.missingTensor(name:path:)` for a layer of `linears` that has none.
  package static func pairs(
    inFile path: String, for linears: [Linear], of config: ModelConfig, on device: any Device
  ) throws(CheckpointError) -> [Pair] {
    let parts = try GGUFParts(path: path)
    let plan = try GGUFPlan(config)
    var pairs: [Pair] = []
    for linear in linears {
      guard let target = plan.items.first(where: { $0.isWhole(linear.weight.name) }) else {
        throw .missingTensor(name: linear.weight.name, path: path)
      }
      pairs.append(
        Pair(
          linear: linear, a: try parts.tensor(named: target.name + endOfA, on: device),
          b: try parts.tensor(
            named: target.name + endOfB, order: target.order.map(GGUFRowOrder.inverse),
            on: device)))
    }
    return pairs
  }
}
