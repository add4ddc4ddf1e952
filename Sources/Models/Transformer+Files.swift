import Autograd
package import Checkpoints
package import Tensors

extension Transformer {
  /// Reads the model of a folder, all of it: a tensor that the config has no place for would be a
  /// part of the model that is silently left out.
  ///
  /// With a `format` each matrix is packed as soon as it is read, so that no more than one of them
  /// is in memory twice; without, all are tensors.
  ///
  /// - Throws: `CheckpointError/notQuantisable(tensor:format:)` among others.
  package convenience init(
    reading files: ModelFiles, packedAs format: WeightFormat? = nil, on device: any Device
  ) throws(CheckpointError) {
    try self.init(config: files.config) { (plan) throws(CheckpointError) -> Weights in
      let weights = Weights.dense(try files.tensor(plan, on: device))
      guard let format, plan.isPackable else { return weights }
      guard let packed = weights.packed(as: format) else {
        throw .notQuantisable(tensor: plan.name, format: format.rawValue)
      }
      return packed
    }
    let unused = files.unusedNames
    guard unused.isEmpty else { throw .unusedTensors(path: files.directory.path, names: unused) }
  }

  /// Reads the weights of the folder again, as they were when it was opened, in the order of
  /// ``parameters``, packed as they are in float32.
  package func weights(from files: ModelFiles) throws(CheckpointError) -> [Weights] {
    try files.directory.checkUnchanged()
    var weights: [Weights] = []
    for plan in tensors.map(\.plan) {
      let tensor = Weights.dense(try files.tensor(plan, on: device))
      // Float32 holds every number, so packing cannot fail.
      weights.append(plan.isPackable ? tensor.packed(as: .float32) ?? tensor : tensor)
    }
    return weights
  }

  /// The model's own tensors by name, without what an adapter makes of them; packed ones are
  /// copied.
  package var namedTensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.ownWeights.tensor) })
  }

  /// The tensors of the model by name, as files keep them, those in `replacements` for its own.
  package func tensorsForFiles(
    replacing replacements: [String: Tensor] = [:]
  ) -> [String: Tensor] {
    var named = namedTensors.merging(replacements) { $1 }
    for plan in tensors.map(\.plan) where plan.isTurnedInFiles {
      named[plan.name] = named[plan.name]?.turned
    }
    return named
  }
}
