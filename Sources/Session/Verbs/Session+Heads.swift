import Datasets
package import Evaluation
import Objectives
import Scoring
import Training

/// Labels of whole texts by a head of the model.
extension Session {
  /// The model that is loaded, which has to be one that can learn to write, or to choose labels where
  /// these are asked for.
  ///
  /// - Throws: ``SessionError/noModel``, ``SessionError/cannotWrite(_:model:)``.
  func teachableModel(under settings: Settings? = nil) throws(SessionError) -> LoadedModel {
    let model = try loadedModel()
    let kind = (settings ?? self.settings).training.objective.kind
    return kind?.needsWriting == true ? try writingModel() : model
  }

  /// The labels that a head is taught by rows; nil where rows are written.
  ///
  /// - Throws: as ``objectiveKind(for:named:of:under:)`` and ``labels(of:named:for:under:)``.
  func taughtLabels(
    of rows: [Example], named name: String, for model: LoadedModel, under settings: Settings
  ) throws(SessionError) -> LabelSet? {
    guard try objectiveKind(for: rows, named: name, of: model, under: settings) == .classify else {
      return nil
    }
    return try labels(of: rows, named: name, for: model, under: settings)
  }

  /// The labels that a head for rows chooses from: those of the model, where it chooses from these rows'
  /// already, or those of the whole data set, sorted.
  ///
  /// - Throws: ``SessionError/notLabelled(name:_:)``.
  private func labels(
    of rows: [Example], named name: String, for model: LoadedModel, under settings: Settings
  ) throws(SessionError) -> LabelSet {
    let all = dataAndPart(named: name)?.data.dataset.examples ?? rows
    let kind = settings.training.objective.labels ?? model.labelSet?.kind ?? LabelSet.Kind(of: all)
    if let own = model.labelSet, own.kind == kind, own.contains(all) { return own }
    guard let labels = LabelSet(of: all, kind) else {
      let isMissing = !all.allSatisfy(\.hasLabels)
      throw .notLabelled(name: name, isMissing ? .missing : .allEqual)
    }
    guard labels.names.count <= LabelForm.labelLimit else {
      throw .notLabelled(
        name: name, .tooMany(count: labels.names.count, limit: LabelForm.labelLimit))
    }
    return labels
  }

  /// What the losses of rows count by their labels: as those of the training rows weigh them.
  ///
  /// - Throws: ``SessionError/rows(_:part:)``.
  func labelWeights(
    _ labels: LabelSet, named name: String, under settings: Settings
  ) throws(SessionError) -> [Double]? {
    guard settings.training.objective.labelWeights == .balanced, labels.kind == .one else {
      return nil
    }
    let rows = dataAndPart(named: name)?.data.train ?? []
    let places = rows.compactMap { labels.names.firstIndex(of: $0.target) }
    return LabelWeights.balanced(places, labelCount: labels.names.count)
  }

  /// Gives the model a head for the labels of rows that it is to be trained on, and tells so.
  ///
  /// - Throws: ``SessionError/model(_:)``.
  func give(
    headFor labels: LabelSet?, to model: LoadedModel, seed: UInt64, tell: (VerbEvent) -> Void
  ) throws(SessionError) {
    guard let labels else { return }
    let before = model.labelSet
    do throws(ModelError) {
      guard try model.give(headFor: labels, seed: seed) else { return }
    } catch { throw .model(error) }
    tell(.head(labels, instead: before, model: model.name))
  }

  /// Measures what labels the model's head gives rows.
  ///
  /// - Parameters:
  ///   - name: names the rows.
  ///   - asked: the weights to measure; nil means those of now.
  ///   - tell: told what became of rows, and how far it is.
  /// - Returns: the loss, and which labels were given.
  /// - Throws: as ``evaluate(on:using:tell:)``, and ``SessionError/noHead(model:)``.
  package func evaluateHead(
    on name: String = "dev", using asked: ModelState? = nil, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> HeadEvaluation {
    let model = try teachableModel()
    let rows = try rows(named: name)
    let taught = try taught(rows, named: name, of: model, tell: tell)
    let state = asked ?? model.state
    let labels = try headLabels(taught, of: model)
    let report = try measure(state, of: model, on: taught, tell: tell)
    let scores = try with(state, of: model) { () throws(SessionError) -> [[Float]] in
      try labelScores(of: taught.examples.map(\.ids), by: model)
    }
    return HeadEvaluation(
      loss: LossEvaluation(name, state, .classify, report),
      report: ClassReport(
        labels, targets: taught.examples.compactMap(\.label), scores: scores))
  }

  /// How many rows the model's head gives their label; nothing where it does not choose from these.
  func headScore(
    on rows: [Example], named name: String, of model: LoadedModel, _ tell: (VerbEvent) -> Void
  ) throws(SessionError) -> [BaselineScore] {
    guard let labels = model.labelSet, labels.kind != .number, labels.contains(rows),
      let right = TextMetric.named("exact")
    else { return [] }
    let taught = try taught(rows, named: name, of: model, tell: tell)
    let report = try measure(model.state, of: model, on: taught, tell: tell)
    let score = TextScore(right, count: report.correctCount, of: max(1, report.sums.count))
    return [BaselineScore(.modelAnswers, score, isOfLabels: true)]
  }

  /// Whether rows are measured by a head that chooses their labels.
  package func measuresHead(on name: String) throws(SessionError) -> Bool {
    guard let rows = examples(named: name), !rows.isEmpty else { return false }
    let model = try loadedModel()
    return try objectiveKind(for: rows, named: name, of: model, under: settings) == .classify
  }

  /// The labels of rows that the model's head chooses from.
  ///
  /// - Throws: ``SessionError/noHead(model:)`` where it does not.
  func headLabels(
    _ taught: TaughtRows, of model: LoadedModel
  ) throws(SessionError) -> LabelSet {
    guard let labels = taught.labels, labels == model.labelSet else {
      throw .noHead(model: model.name)
    }
    return labels
  }

  /// The scores of the labels of texts, computed in passes of a micro-batch.
  ///
  /// - Throws: ``SessionError/stopped``, ``SessionError/notNumbers(_:)``.
  func labelScores(
    of texts: [[Int32]], by model: LoadedModel, progress: (Double) -> Void = { _ in }
  ) throws(SessionError) -> [[Float]] {
    var all: [[Float]] = []
    withoutActuallyEscaping(progress) { progress in
      Measuring(
        model.model, microbatchTokens: settings.training.microbatchTokens, stop: stop,
        progress: progress
      ).labelScores(of: texts) { all += $0 }
    }
    guard all.count == texts.count else { throw .stopped }
    guard all.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      throw .notNumbers(NotNumbers(.likelihood, from: model))
    }
    return all
  }
}

/// What a head that chooses labels makes of rows.
package struct HeadEvaluation: Sendable {
  /// The loss, and which rows and weights were measured.
  package let loss: LossEvaluation
  /// Which labels, or numbers, were given.
  package let report: ClassReport
}

extension LabelSet.Kind {
  /// What rows say that a text has: several labels where they have lists, a number where one of them is
  /// no whole one, else one label.
  fileprivate init(of rows: [Example]) {
    if rows.contains(where: { if case .marked = $0.content { true } else { false } }) {
      self = .several
      return
    }
    let targets = rows.map(\.target)
    let numbers = targets.compactMap(Double.init)
    let areNumbers = numbers.count == targets.count && targets.contains { Int($0) == nil }
    self = areNumbers ? .number : .one
  }
}
