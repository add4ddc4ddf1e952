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
  case untrained(ModelConfig, seed: UInt64)

  /// Returns the weights that `model`, all of whose weights were trained, had at first, with rows for
  /// tokens that were added since.
  ///
  /// - Throws: ``ModelError/baseIsGone(_:)``.
  func weights(of model: Transformer) throws(ModelError) -> [Weights] {
    let weights: [Weights]
    switch self {
    case .folder(let files):
      do throws(CheckpointError) { weights = try model.weights(from: files) } catch {
        throw .baseIsGone(error)
      }
    case .untrained(let config, let seed):
      var fresh = Transformer(untrained: config, seed: seed, on: model.device)
      if !model.givenHead.isEmpty {
        fresh = Transformer(fresh, config: model.config, head: model.givenHead)
      }
      fresh.pack()
      weights = fresh.parameters.map(\.weights)
    }
    return zip(weights, model.tensors).map { $0.fitted(to: $1.plan) }
  }

  /// Reads one tensor as it was at first.
  func tensor(named name: String, on device: any Device) throws(CheckpointError) -> Tensor {
    switch self {
    case .folder(let files):
      guard let plan = files.config.blueprint.tensors.first(where: { $0.name == name }) else {
        throw .missingTensor(name: name, path: files.weights.path)
      }
      return try files.tensor(plan, on: device)
    case .untrained(let config, let seed):
      let fresh = Transformer(untrained: config, seed: seed, on: device)
      guard let tensor = fresh.namedTensors[name] else {
        throw .missingTensor(name: name, path: "config.json")
      }
      return tensor
    }
  }

  /// How many tokens the model had at first.
  var vocabularySize: Int {
    switch self {
    case .folder(let files): files.config.vocabularySize
    case .untrained(let config, _): config.vocabularySize
    }
  }
}
