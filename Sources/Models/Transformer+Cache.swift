import Autograd
package import Checkpoints
package import Tensors

extension Transformer {
  /// Reads the model of a folder or file, as ``init(reading:packedAs:on:)`` does, or maps what that gave
  /// when it was first read with `cache`; the bits are the same.
  package static func open(
    _ files: ModelFiles, packedAs format: WeightFormat, on device: any Device,
    cache: WeightCache?
  ) throws(CheckpointError) -> Transformer {
    guard let cache, device.fileMapping != nil, let key = files.key(format, in: cache) else {
      return try Transformer(reading: files, packedAs: format, on: device)
    }
    if let kept = cache.weights(of: key, on: device) {
      try files.checkUsed()
      if let model = Transformer(files.config, kept) { return model }
      cache.forget(key)
    }
    let model = try Transformer(reading: files, packedAs: format, on: device)
    // What was written to meanwhile may be a mixture.
    if files.key(format, in: cache) == key {
      cache.keep(model.tensors.map { ($0.plan.name, $0.parameter.ownWeights) }, as: key)
    }
    return model
  }

  /// Nil when one of the weights is not there as the config says.
  private convenience init?(_ config: ModelConfig, _ kept: PackedWeights) {
    do throws(NotKept) {
      try self.init(config: config) { (plan) throws(NotKept) -> Weights in
        guard let weights = kept.weights(named: plan.name, shape: plan.shape) else {
          throw NotKept()
        }
        return weights
      }
    } catch { return nil }
  }

  private struct NotKept: Error {}
}
