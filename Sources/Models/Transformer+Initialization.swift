import Mathematics
package import Tensors

extension Transformer {
  /// Makes an untrained model: matrices normal with deviation 0.02, those that write into the
  /// residual stream divided by sqrt(2 · layers), norms as plain ones, biases 0.
  ///
  /// Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners",
  /// section 2.3, for the division.
  package convenience init(
    untrained config: ModelConfig, seed: UInt64, on device: any Device
  ) {
    var index: UInt32 = 0
    let residualScale = 1 / Float(2 * config.blueprint.layers.count).squareRoot()
    self.init(config: config) { plan in
      defer { index += 1 }
      let tensor = Tensor(uninitialized: plan.shape, on: device)
      let deviation: Float
      switch plan.role {
      case .norm(let start):
        tensor.fill(start)
        return .dense(tensor)
      case .bias, .correction:
        tensor.fill(0)
        return .dense(tensor)
      case .matrix, .router, .positions, .convolution: deviation = 0.02
      case .residualMatrix: deviation = 0.02 * residualScale
      }
      device.fillNormal(
        tensor, deviation: deviation,
        RandomStream(seed: seed, purpose: .initialization, step: index), offset: 0)
      return .dense(tensor)
    }
  }
}
