import Checkpoints
package import Datasets
import Models

/// A head that chooses labels of texts.
extension LoadedModel {
  /// The labels that the head chooses from; nil where it does something else.
  package var labelSet: LabelSet? { model.config.labelTask.map(LabelSet.init) }

  /// What computes, with its head, and what is saved of that.
  struct Head {
    fileprivate let model: Transformer
    fileprivate let contents: ModelContents
    fileprivate let ownContents: ModelContents
  }

  /// The head that the model has.
  var head: Head { Head(model: model, contents: contents, ownContents: ownContents) }

  /// Goes back to a head that the model had; nothing is attached to it.
  func restore(_ head: Head) {
    guard model !== head.model else { return }
    (model, contents, ownContents) = (head.model, head.contents, head.ownContents)
  }

  /// Gives the model a head for labels, drawn by `seed`, in the place of the one that it has; one that
  /// chooses from just these labels stays.
  ///
  /// - Returns: whether it was given one.
  /// - Throws: ``ModelError/headBesideAdapter``, and ``ModelError/checkpoint(_:)`` for a family that has
  ///   no such class in transformers.
  func give(headFor labels: LabelSet, seed: UInt64) throws(ModelError) -> Bool {
    let headed = try transformer(headedFor: labels, seed: seed)
    guard headed !== model else { return false }
    model = headed
    model.pack()
    (contents.config, ownContents.config) = (model.config.json, model.config.json)
    return true
  }

  /// What computes, with a head for labels that is drawn by `seed`; what there is, where its head
  /// chooses from just these already, or without labels.
  ///
  /// - Throws: as ``give(headFor:seed:)``.
  func transformer(headedFor labels: LabelSet?, seed: UInt64) throws(ModelError) -> Transformer {
    guard let labels, labelSet != labels else { return model }
    guard shelf.entries.isEmpty else { throw .headBesideAdapter }
    do throws(CheckpointError) {
      return try model.labelled(labels.names, LabelTask.Kind(labels.kind), seed: seed)
    } catch { throw .checkpoint(error) }
  }
}

extension LoadedModel {
  /// Gives the model the head that an adapter's folder was trained with, its numbers being the adapter's;
  /// without names of its labels, transformers' usual ones.
  ///
  /// - Returns: whether it was given one.
  /// - Throws: as ``give(headFor:seed:)``.
  func give(headOf directory: AdapterDirectory) throws(ModelError) -> Bool {
    guard let count = try labelCount(of: directory) else { return false }
    var labels = labelSet ?? LabelSet([])
    if labels.names.count != count {
      labels = LabelSet((0..<count).map { "LABEL_\($0)" }, count == 1 ? .number : .one)
    }
    if let file = directory.classifier, file.labels.count == count {
      let kind = file.problemType.flatMap(LabelTask.Kind.init(rawValue:)) ?? .one
      labels = LabelSet(file.labels, LabelSet.Kind(kind))
    }
    return try give(headFor: labels, seed: 0)
  }

  /// How many labels the head of an adapter chooses from; nil where it has none.
  private func labelCount(of directory: AdapterDirectory) throws(ModelError) -> Int? {
    guard directory.config.taskType == "SEQ_CLS" else { return nil }
    do throws(CheckpointError) {
      let name = try model.config.labelled(["", "-"], .one).blueprint.head.weight.name
      let entry = directory.tensors.first { $0.replaced == name }
      guard entry != nil || labelSet != nil else {
        throw .missingTensor(name: name, path: directory.path)
      }
      return entry.flatMap { directory.shape($0).first }
    } catch { throw .checkpoint(error) }
  }
}

extension LabelSet {
  /// What a head chooses from.
  init(_ task: LabelTask) { self.init(task.names, Kind(task.kind)) }
}

extension LabelSet.Kind {
  /// What a head gives a text.
  fileprivate init(_ kind: LabelTask.Kind) {
    switch kind {
    case .one: self = .one
    case .several: self = .several
    case .number: self = .number
    }
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
