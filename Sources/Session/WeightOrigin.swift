import Autograd
package import Checkpoints
import Models
import Tensors

/// Where a model's weights came from: the way back to them once training changed them.
///
/// A copy in memory would cost as much as the weights. A folder's files stay open instead, so the
/// weights can be read again even when the folder has been saved over or removed.
package enum WeightOrigin {
  case folder(ModelDirectory)
  /// Drawn by `new model`.
  case untrained(seed: UInt64)

  /// Gives the model the weights it had at first.
  func restore(_ model: DecoderModel) throws(ModelError) {
    switch self {
    case .folder(let directory):
      do throws(CheckpointError) { try model.reload(directory) } catch { throw .baseIsGone(error) }
    case .untrained(let seed):
      let fresh = DecoderModel(untrained: model.config, seed: seed)
      for (parameter, first) in zip(model.parameters, fresh.parameters) {
        parameter.value.assign(first.value)
      }
    }
  }
}
