package import Checkpoints
import Numerics
package import Tensors

extension DecoderModel {
  /// Makes an untrained model: matrices normal with deviation 0.02, those that write into the
  /// residual stream divided by sqrt(2 · layers), norms 1, biases 0.
  ///
  /// Source: Radford et al. 2019, "Language Models are Unsupervised Multitask Learners",
  /// section 2.3, for the division.
  package convenience init(
    untrained config: ModelConfig, seed: UInt64, on device: any Device
  ) {
    var index: UInt32 = 0
    // A norm begins as the plain one.
    let normWeight = Float(1 - config.traits.normOffset)
    let residualScale = 1 / Float(2 * config.layerCount).squareRoot()
    self.init(config: config) { name, shape in
      defer { index += 1 }
      let tensor = Tensor(uninitialized: shape, on: device)
      if shape.count == 1 {
        tensor.fill(name.hasSuffix(".bias") ? 0 : normWeight)
        return tensor
      }
      let writesResidual = name.hasSuffix("o_proj.weight") || name.hasSuffix("down_proj.weight")
      device.fillNormal(
        tensor, deviation: 0.02 * (writesResidual ? residualScale : 1),
        RandomStream(seed: seed, purpose: .initialization, step: index), offset: 0)
      return tensor
    }
  }
}
