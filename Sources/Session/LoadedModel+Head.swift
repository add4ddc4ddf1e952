import Checkpoints
package import Datasets
import Models

/// A head that chooses labels of texts.
extension LoadedModel {
  /// The labels that the head chooses from; nil where it does something else.
  package var labelSet: LabelSet? { model.config.labelTask.map(LabelSet.init) }

  /// Gives the model a head for labels, drawn by `seed`, in the place of the one that it has; one that
  /// chooses from just these labels stays.
  ///
  /// - Returns: whether it was given one.
  /// - Throws: ``ModelError/headBesideAdapter``, and ``ModelError/checkpoint(_:)`` for a family that has
  ///   no such class in transformers.
  func give(headFor labels: LabelSet, seed: UInt64) throws(ModelError) -> Bool {
    guard labelSet != labels else { return false }
    guard shelf.entries.isEmpty else { throw .headBesideAdapter }
    do throws(CheckpointError) {
      model = try model.labelled(labels.names, LabelTask.Kind(labels.kind), seed: seed)
    } catch { throw .checkpoint(error) }
    model.pack()
    (contents.config, ownContents.config) = (model.config.json, model.config.json)
    return true
  }
}

extension LabelSet {
  /// What a head chooses from.
  init(_ task: LabelTask) {
    let kind: Kind =
      switch task.kind {
      case .one: .one
      case .several: .several
      case .number: .number
      }
    self.init(task.names, kind)
  }
}

extension LabelTask.Kind {
  /// What a head gives a text.
  fileprivate init(_ kind: LabelSet.Kind) {
    switch kind {
    case .one: self = .one
    case .several: self = .several
    case .number: self = .number
    }
  }
}
