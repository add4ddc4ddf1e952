import Datasets
import Objectives

/// Rows held against what would spoil a training.
extension Session {
  /// Looks at the rows of a training before its first step.
  ///
  /// - Throws: ``SessionError/spoiled(_:and:name:)`` for what stops it and was not waived.
  func prove(
    _ taught: TaughtRows, named name: String, of model: LoadedModel, under settings: Settings,
    tell: (VerbEvent) -> Void
  ) throws(SessionError) -> DataProof {
    let encoder = model.encoder(
      settings, isText: Self.areText(taught.rows), labels: taught.labels)
    let proof = DataProof(
      train: taught.rows, heldOut: heldOut(beside: name), encoded: taught.examples,
      by: encoder)
    let waived = settings.run.waived
    let stopping = proof.stopping.filter { !waived.contains($0.fault) }
    if let first = stopping.first {
      throw .spoiled(first, and: Array(stopping.dropFirst()), name: name)
    }
    if !proof.findings.isEmpty { tell(.proved(proof)) }
    return proof
  }

  /// The rows that are measured beside a training on those of a name.
  ///
  /// Who trains on dev, or on all rows of data that has parts, has asked for that by its name.
  private func heldOut(beside name: String) -> [Example] {
    guard let current = currentData, let (data, part) = dataAndPart(named: name) else { return [] }
    if let part { return part == "train" ? data.dev + data.test : [] }
    guard data.dev.isEmpty, data.test.isEmpty else { return [] }
    return data.name == current.name ? [] : current.dev + current.test
  }
}
