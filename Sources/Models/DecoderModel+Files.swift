import Autograd
package import Checkpoints
package import Tensors

extension DecoderModel {
  /// Reads the model of a folder, all of it: a tensor that the config has no place for would be a
  /// part of the model that is silently left out.
  package convenience init(reading directory: ModelDirectory) throws(CheckpointError) {
    try self.init(config: directory.config) { (name, shape) throws(CheckpointError) in
      try directory.tensor(named: name, shape: shape)
    }
    let known = Set(parameters.map(\.name))
    let unused = directory.tensorNames.filter { !known.contains($0) && !isDerived($0) }
    guard unused.isEmpty else { throw .unusedTensors(path: directory.path, names: unused) }
  }

  /// Reads the weights of the folder again, as they were when it was opened.
  ///
  /// - Throws: `CheckpointError`, perhaps with a part of the weights read.
  package func reload(_ directory: ModelDirectory) throws(CheckpointError) {
    try directory.checkUnchanged()
    for parameter in parameters {
      parameter.value.assign(
        try directory.tensor(named: parameter.name, shape: parameter.value.shape))
    }
  }

  /// Whether a tensor follows from others: a table of angles that old files keep, or the copy of
  /// a tied embedding.
  private func isDerived(_ name: String) -> Bool {
    name.hasSuffix("rotary_emb.inv_freq") || config.tieWordEmbeddings && name == "lm_head.weight"
  }

  /// The tensors of the model by name, as files hold them.
  package var namedTensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) })
  }
}
