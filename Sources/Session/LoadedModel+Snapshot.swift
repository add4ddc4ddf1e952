import Adapters
import Autograd
import Datasets
import Models
import Tensors

extension LoadedModel {
  /// What training had made of the model at one moment.
  struct Snapshot {
    fileprivate let head: Head
    fileprivate let shelf: AdapterShelf
    fileprivate let adapterWeights: [Weights]
    /// All weights, when all were trained.
    fileprivate let weights: [Weights]?
    fileprivate let labelForm: LabelForm?
    fileprivate let vocabulary: Vocabulary
  }

  /// What training changed: the adapter's weights, and all others when all were trained.
  var trainedParameters: [Parameter] {
    (adapter?.parameters ?? []) + (hasTrainedWeights ? model.parameters : [])
  }

  /// Copies what training changed.
  func snapshot() -> Snapshot {
    Snapshot(
      head: head, shelf: shelf,
      adapterWeights: (adapter?.parameters ?? []).map(\.weights.copy),
      weights: hasTrainedWeights ? model.parameters.map(\.ownWeights.copy) : nil,
      labelForm: labelForm, vocabulary: vocabulary)
  }

  /// Goes back to what training had made of the model.
  ///
  /// - Throws: as ``reset()``.
  func restore(_ snapshot: Snapshot) throws(ModelError) {
    try reset()
    restore(snapshot.head)
    try restore(snapshot.vocabulary)
    let parameters = snapshot.shelf.current?.parameters ?? []
    for (parameter, weights) in zip(parameters, snapshot.adapterWeights) {
      parameter.replace(by: weights.copy)
    }
    adopt(snapshot.shelf)
    adopt(snapshot.labelForm)
    if let weights = snapshot.weights { adoptTrained(weights.map(\.copy)) }
  }
}

extension Weights {
  /// These numbers in memory of their own; packed ones are never written to.
  fileprivate var copy: Weights {
    if case .dense(let tensor) = self { .dense(tensor.copy()) } else { self }
  }
}
