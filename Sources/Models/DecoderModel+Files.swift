import Autograd
package import Checkpoints
package import Tensors

extension DecoderModel {
  /// Reads the model of a folder.
  package convenience init(reading directory: ModelDirectory) throws(CheckpointError) {
    try self.init(config: directory.config) { (name, shape) throws(CheckpointError) in
      try directory.tensor(named: name, shape: shape)
    }
  }

  /// The tensors of the model by name, as files hold them.
  package var namedTensors: [String: Tensor] {
    Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0.value) })
  }
}
