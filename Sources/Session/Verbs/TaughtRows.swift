package import Datasets
import Execution
import Models
package import Objectives
import Tensors
import Training

/// Rows as tokens, with what they are taught and measured by.
package struct TaughtRows: Sendable {
  /// The rows as they are taught, in which examples have their places: a pair may be two of them.
  let rows: [Example]
  /// The rows that can be used.
  package internal(set) var examples: [EncodedExample]
  /// What teaches them, in one word.
  package let kind: ObjectiveKind
  /// What teaches them.
  let objective: any Objective
  /// The labels that a head is taught to choose from; nil where rows are written.
  var labels: LabelSet?
  /// Whether what they are compared with is what the model says as it was loaded.
  var isReferredToBase = false
}

/// What the model said of rows before it was trained on them.
struct References {
  /// The rows, and these with it.
  var rows: [EncodedExample: EncodedExample] = [:]
  /// Whether the model as it is loaded now says the same of them.
  var areOfBase = false
}

extension Session {
  /// What rows are taught by: what the settings ask for, or, without that, what the rows are for.
  ///
  /// - Throws: ``SessionError/unsuitedRows(_:_:name:)``, ``SessionError/readsPromptsApart(_:model:)``.
  func objectiveKind(
    for rows: [Example], named name: String, of model: LoadedModel, under settings: Settings
  ) throws(SessionError) -> ObjectiveKind {
    let rowKind = rows.first?.kind ?? .answers
    let suited = ObjectiveKind(for: rowKind)
    let usual = model.writes || suited.isOfVectors ? suited : .classify
    let kind = settings.training.objective.kind ?? usual
    guard kind.rows(rows) != nil else { throw .unsuitedRows(kind, rowKind, name: name) }
    guard kind == .supervised || model.model.blueprint.reader == nil else {
      throw .readsPromptsApart(kind, model: model.name)
    }
    return kind
  }

  /// Turns the rows that a name means into what they are taught by, telling what was cut or left out;
  /// without `settings`, under those of the session.
  ///
  /// `looks` leaves out what is too long, where a training would refuse it. What the rows were before a
  /// training is not known yet: ``refer(_:of:tell:)``.
  func taught(
    _ rows: [Example], named name: String, of model: LoadedModel, under settings: Settings? = nil,
    looks: Bool = false, tell: (VerbEvent) -> Void
  ) throws(SessionError) -> TaughtRows {
    let settings = settings ?? self.settings
    let kind = try objectiveKind(for: rows, named: name, of: model, under: settings)
    if kind.isOfPreferences, settings.data.trainedPart == .everything {
      throw .promptsOfPreferences(kind)
    }
    if kind.isOfVectors {
      try model.readSentenceHead()
      let (widest, limit) = (
        settings.training.objective.widths.max() ?? 0, model.model.sentences?.width ?? 0
      )
      guard kind != .retrieve || widest <= limit else { throw .tooWide(widest, limit: limit) }
    }
    let (suited, file) = (kind.rows(rows) ?? rows, try loadedData().dataset.file)
    let labels = try taughtLabels(of: rows, named: name, for: model, under: settings)
    let examples =
      looks
      ? try encodeToLook(
        suited, of: file, for: model, labels: labels, areCompared: kind.isOfVectors, tell: tell)
      : try encode(
        suited, of: file, for: model, under: settings, labels: labels,
        areCompared: kind.isOfVectors, tell: tell)
    let weights = try labels.flatMap { (labels) throws(SessionError) in
      try labelWeights(labels, named: name, under: settings)
    }
    let teacher = try kind == .distil ? teacher(of: model, under: settings) : nil
    return TaughtRows(
      rows: suited, examples: examples, kind: kind,
      objective: settings.training.objective(
        kind, of: model, weights: weights, teacher: teacher), labels: labels)
  }

  /// Turns rows into their answers, to be written: of two answers the better one.
  func written(
    _ rows: [Example], named name: String, of model: LoadedModel, looks: Bool = false,
    tell: (VerbEvent) -> Void
  ) throws(SessionError) -> TaughtRows {
    var plain = settings
    plain.training.objective.kind = .supervised
    return try taught(
      rows.map(\.written), named: name, of: model, under: plain, looks: looks, tell: tell)
  }

  /// Gives rows what the model of now says of them, before it is trained, at a precision.
  ///
  /// - Throws: ``SessionError/stopped``, and ``SessionError/training(_:)`` where the device cannot.
  func referToNow(
    _ rows: inout TaughtRows, of model: LoadedModel, at precision: Precision = .exact,
    tell: (VerbEvent) -> Void
  ) throws(SessionError) {
    guard rows.objective.needsReference, !rows.examples.isEmpty else { return }
    let device: any Device
    do throws(TrainingError) { device = try model.model.device.inTraining(at: precision) } catch {
      throw .training(error)
    }
    rows.examples = withoutActuallyEscaping(tell) { tell in
      rows.objective.referred(
        rows.examples,
        by: Measuring(
          model.model, microbatchTokens: settings.training.microbatchTokens, arena: Arena(device),
          stop: stop,
          progress: { tell(.referring(fraction: $0)) }))
    }
    tell(.measured)
    if stop.isRequested { throw .stopped }
  }

  /// Gives rows what they are compared with: what the model said of them before its last training, or,
  /// where that is not known, what it says as it was loaded.
  ///
  /// - Throws: ``SessionError/stopped``, and what reading the base again throws.
  func refer(
    _ rows: inout TaughtRows, of model: LoadedModel, tell: (VerbEvent) -> Void
  ) throws(SessionError) {
    guard rows.objective.needsReference else { return }
    let known = rows.examples.compactMap { model.references.rows[$0] }
    if known.count == rows.examples.count {
      rows.examples = known
      rows.isReferredToBase = model.references.areOfBase
      return
    }
    var referred = rows
    try with(.base, of: model) { () throws(SessionError) in
      try referToNow(&referred, of: model, tell: tell)
    }
    rows = referred
    rows.isReferredToBase = true
  }
}

extension TrainingSettings {
  /// The objective of a kind for a model.
  func objective(
    _ kind: ObjectiveKind, of model: LoadedModel, weights: [Double]? = nil,
    teacher: Teacher? = nil
  ) -> any Objective {
    var chosen = objective
    chosen.kind = kind
    return chosen.objective(
      readsApart: model.model.blueprint.reader != nil, weights: weights, batchSize: batchSize,
      teacher: teacher)
  }
}
