package import Checkpoints
import Mathematics
import Tensors

/// A head of another kind.
extension Transformer {
  /// Returns the model with a head that chooses labels, of the same weights otherwise.
  ///
  /// What the head is made of is drawn, matrices normal with deviation 0.02 and biases 0, but for layers
  /// before its last that the model has already, such as a pooler.
  ///
  /// - Throws: `CheckpointError.unsupported` where transformers has no such class of the family.
  package func labelled(
    _ names: [String], _ kind: LabelTask.Kind, seed: UInt64
  ) throws(CheckpointError) -> Transformer {
    let config = try config.labelled(names, kind)
    let known = Dictionary(
      tensors.map { (config.bareName($0.plan.name), $0.plan.shape) },
      uniquingKeysWith: { first, _ in first })
    let plan = config.blueprint.head
    let last = [plan.weight.name, plan.bias?.name].compactMap(\.self)
    let missing = plan.tensors.filter {
      last.contains($0.name) || known[config.bareName($0.name)] != $0.shape
    }
    return Transformer(self, config: config, head: drawn(missing, seed: seed))
  }

  /// The tensors of the head alone.
  package var headTensors: [PlannedParameter] {
    let names = Set(blueprint.head.tensors.map(\.name))
    return tensors.filter { names.contains($0.plan.name) }
  }

  /// First weights of tensors, by name.
  private func drawn(_ plans: [TensorPlan], seed: UInt64) -> [String: Tensor] {
    var drawn: [String: Tensor] = [:]
    for (index, plan) in plans.enumerated() {
      let tensor = Tensor(uninitialized: plan.shape, on: device)
      switch plan.role {
      case .norm(let start): tensor.fill(start)
      case .bias, .correction: tensor.fill(0)
      case .matrix, .residualMatrix, .router, .positions, .convolution:
        device.fillNormal(
          tensor, deviation: 0.02,
          RandomStream(seed: seed, purpose: .headInitialization, step: UInt32(index)), offset: 0)
      }
      drawn[plan.name] = tensor
    }
    return drawn
  }
}
