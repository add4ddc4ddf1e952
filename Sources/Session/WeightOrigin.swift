import Autograd
import Checkpoints
package import Models
import Tensors

/// Where a model's weights came from: the way back to them once training changed them.
///
/// A copy in memory would cost as much as the weights. A folder's files stay open instead, so the
/// weights can be read again even when the folder has been saved over or removed.
package enum WeightOrigin {
  case folder(ModelFiles)
  /// Drawn by `new model`.
  case untrained(seed: UInt64)

  /// Returns the weights that `model`, all of whose weights were trained, had at first.
  ///
  /// - Throws: ``ModelError/baseIsGone(_:)``.
  func weights(of model: Transformer) throws(ModelError) -> [Weights] {
    switch self {
    case .folder(let files):
      do throws(CheckpointError) { return try model.weights(from: files) } catch {
        throw .baseIsGone(error)
      }
    case .untrained(let seed):
      let fresh = Transformer(untrained: model.config, seed: seed, on: model.device)
      fresh.pack()
      return fresh.parameters.map(\.weights)
    }
  }
}
