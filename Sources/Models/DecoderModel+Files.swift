import Autograd
package import Checkpoints
package import Tensors

extension DecoderModel {
  /// Reads the model of a folder, all of it: a tensor that the config has no place for would be a
  /// part of the model that is silently left out.
  ///
  /// With a `format` each matrix is packed as soon as it is read, so that no more than one of them
  /// is in memory twice; without, all are tensors.
  ///
  /// - Throws: `CheckpointError/notQuantisable(tensor:format:)` among others.
  package convenience init(
    reading directory: ModelDirectory, packedAs format: WeightFormat? = nil,
    on device: any Device
  ) throws(CheckpointError) {
    try self.init(config: directory.config) { (name, shape) throws(CheckpointError) -> Weights in
      let weights = Weights.dense(
        try directory.tensor(named: name, shape: shape, on: device))
      guard let format else { return weights }
      guard let packed = weights.packed(as: format) else {
        throw .notQuantisable(tensor: name, format: format.rawValue)
      }
      return packed
    }
    let known = Set(parameters.map(\.name))
    let unused = directory.tensorNames.filter { !known.contains($0) && !isDerived($0) }
    guard unused.isEmpty else { throw .unusedTensors(path: directory.path, names: unused) }
  }

  /// Reads the weights of the folder again, as they were when it was opened, in the order of
  /// ``parameters``, packed as they are in float32.
  package func weights(from directory: ModelDirectory) throws(CheckpointError) -> [Weights] {
    try directory.checkUnchanged()
    var weights: [Weights] = []
    for parameter in parameters {
      let tensor = try directory.tensor(
        named: parameter.name, shape: parameter.shape, on: device)
      // Float32 holds every number, so packing cannot fail.
      weights.append(Weights.dense(tensor).packed(as: .float32) ?? .dense(tensor))
    }
    return weights
  }

  /// Whether a tensor follows from others: a table of angles that old files keep, or the copy of
  /// a tied embedding.
  private func isDerived(_ name: String) -> Bool {
    name.hasSuffix("rotary_emb.inv_freq") || config.tieWordEmbeddings && name == "lm_head.weight"
  }

  /// The tensors of the model by name, as files hold them; packed ones are copied.
  package var namedTensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.weights.tensor) })
  }
}
