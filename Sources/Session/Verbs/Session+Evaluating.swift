import Checkpoints
package import Datasets
package import Evaluation
import Execution
import Generation
import Mathematics
import Models
package import Objectives
package import Scoring
import Tokenizers
import Training

/// Measuring the model on rows.
extension Session {
  /// Measures the loss on the rows that a name means.
  ///
  /// - Parameters:
  ///   - name: names the rows.
  ///   - asked: the weights to measure; nil means those of now.
  ///   - tell: told what became of rows, and how far it is.
  /// - Returns: the losses, with their interval.
  /// - Throws: ``SessionError/rows(_:part:)``, ``SessionError/notNumbers(_:)``,
  ///   ``SessionError/stopped``.
  package func evaluate(
    on name: String = "dev", using asked: ModelState? = nil, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> LossEvaluation {
    let model = try teachableModel()
    let rows = try rows(named: name)
    var taught = try taught(rows, named: name, of: model, tell: tell)
    if taught.kind == .classify { _ = try headLabels(taught, of: model) }
    try refer(&taught, of: model, tell: tell)
    let state = asked ?? model.state
    let report = try measure(state, of: model, on: taught, tell: tell)
    return LossEvaluation(
      name, state, taught.kind, report,
      bitsPerByte: model.bitsPerByte(report, rows, taught.examples))
  }

  /// Measures the loss on rows.
  func measure(
    _ state: ModelState, of model: LoadedModel, on rows: TaughtRows, tell: (VerbEvent) -> Void
  ) throws(SessionError) -> LossReport {
    if state == .base, rows.isReferredToBase,
      let report = Evaluator.loss(ofReferred: rows.examples, by: rows.objective),
      report.sums.allSatisfy(\.isFinite)
    {
      return report
    }
    return try with(state, of: model) { () throws(SessionError) in
      let report = Evaluator.loss(
        of: model.model, on: rows.examples, by: rows.objective,
        microbatchTokens: settings.training.microbatchTokens, stop: stop, team: team,
        progress: { tell(.measuring(state, fraction: $0)) })
      tell(.measured)
      guard let report else { throw .stopped }
      guard report.sums.allSatisfy(\.isFinite) else {
        throw .notNumbers(NotNumbers(.loss, from: model))
      }
      return report
    }
  }

  // MARK: Base and tuned

  /// Measures the loss of base and tuned on the same rows, and what else is asked for.
  ///
  /// - Throws: ``SessionError/notTuned`` for a model that is as it was loaded.
  package func compare(
    on name: String = "dev", by metrics: [TextMetric] = [], tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> ModelComparison {
    let model = try tunedModel()
    let rows = try rows(named: name)
    var taught = try taught(rows, named: name, of: model, tell: tell)
    if taught.kind == .classify { _ = try headLabels(taught, of: model) }
    try refer(&taught, of: model, tell: tell)
    let base = try measure(.base, of: model, on: taught, tell: tell)
    let tuned = try measure(.tuned, of: model, on: taught, tell: tell)
    return ModelComparison(
      base: LossEvaluation(name, .base, taught.kind, base),
      tuned: LossEvaluation(name, .tuned, taught.kind, tuned),
      difference: tuned.difference(from: base, seed: 0), isConclusive: rows.count > 1,
      rows: tuned.tally(from: base),
      scores: try compared(rows, named: name, of: model, by: metrics, tell: tell)
        + (taught.kind == .retrieve ? try comparedRanks(taught, named: name, of: model) : []))
  }

  /// Measures of base and tuned on the same rows.
  private func compared(
    _ rows: [Example], named name: String, of model: LoadedModel, by metrics: [TextMetric],
    tell: (VerbEvent) -> Void
  ) throws(SessionError) -> [PairedScore] {
    var scores: [PairedScore] = []
    let (ofLosses, ofAnswers) = (
      metrics.filter { !$0.needsAnswers }, metrics.filter(\.needsAnswers)
    )
    if !ofLosses.isEmpty {
      let examples = try written(rows, named: name, of: model, tell: tell)
      let (base, tuned) = (
        try losses(of: model, .base, on: examples, tell: tell),
        try losses(of: model, .tuned, on: examples, tell: tell)
      )
      scores += ofLosses.map { PairedScore($0, base: base, tuned: tuned) }
    }
    if !ofAnswers.isEmpty {
      let base = try answers(to: rows, named: name, .base, of: model, tell: tell).map(\.answer)
      let tuned = try answers(
        to: rows, named: name, .tuned, of: model,
        tell: { event in
          // What became of rows was told for base.
          if case .rows = event { return }
          tell(event)
        }
      ).map(\.answer)
      scores += ofAnswers.map { PairedScore($0, base: base, tuned: tuned) }
    }
    return scores
  }

  /// The losses of rows, in order.
  private func losses(
    of model: LoadedModel, _ state: ModelState, on examples: TaughtRows,
    tell: (VerbEvent) -> Void
  ) throws(SessionError) -> [TextLoss] {
    let report = try measure(state, of: model, on: examples, tell: tell)
    return model.losses(of: examples.examples, report).sorted { $0.key < $1.key }.map(\.value)
  }

  /// The loss of base and tuned on neutral text, which no row is like: what training unlearned.
  ///
  /// - Throws: ``SessionError/notTuned``, ``SessionError/noNeutralText``.
  package func forgetting(
    tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> ModelComparison {
    let model = try tunedModel()
    let file = Self.neutralText
    guard let path = resources.data(named: file) else { throw .noNeutralText }
    let rows: [Example]
    do throws(DatasetError) { rows = try DatasetFile().load(path: path).examples } catch {
      throw .rows(error, part: "data")
    }
    let examples = try encode(rows, of: file, for: model)
    let taught = TaughtRows(
      rows: rows, examples: examples, kind: .supervised,
      objective: settings.training.objective(.supervised, of: model))
    let base = try measure(.base, of: model, on: taught, tell: tell)
    let tuned = try measure(.tuned, of: model, on: taught, tell: tell)
    return ModelComparison(
      base: LossEvaluation(file, .base, .supervised, base),
      tuned: LossEvaluation(file, .tuned, .supervised, tuned),
      difference: tuned.difference(from: base, seed: 0), isConclusive: examples.count > 1,
      rows: tuned.tally(from: base), scores: [])
  }

  private static let neutralText = "neutral.txt"

  /// What base and tuned answer to the first rows, all prompts written side by side; rows without an
  /// answer or a prompt are left out.
  package func compareAnswers(
    on name: String = "dev", count: Int
  ) throws(SessionError) -> [ComparedAnswer] {
    let model = try tunedModel()
    let all = try rows(named: name)
    let kind = try objectiveKind(for: all, named: name, of: model, under: settings)
    guard model.writes, !kind.isOfVectors else { return [] }
    let encoder = model.encoder(settings)
    let asked = all.prefix(count).filter { !$0.target.isEmpty }.compactMap {
      row in
      (try? encoder.prompt(of: row)).flatMap { $0.isEmpty ? nil : (row: row, prompt: $0) }
    }
    let requests = asked.map { GenerationRequest($0.prompt, settings.sampling) }
    let generator = model.generator(settings)
    let write = { generator.generate(requests, stop: self.stop, team: self.team) }
    let (base, tuned) = (try with(.base, of: model, write), write())
    if stop.isRequested { throw .stopped }
    if (base + tuned).contains(where: { $0.stopReason == .notNumbers }) {
      throw .notNumbers(NotNumbers(.nextToken, from: model))
    }
    return asked.indices.map {
      ComparedAnswer(row: asked[$0].row, base: base[$0].text, tuned: tuned[$0].text)
    }
  }

  private func tunedModel() throws(SessionError) -> LoadedModel {
    let model = try teachableModel()
    guard model.isTuned else { throw .notTuned }
    return model
  }
}

/// The loss of a model on rows.
package struct LossEvaluation: Sendable {
  /// What the rows are called.
  package let name: String
  /// Which weights were measured.
  package let state: ModelState
  /// What the loss is one of.
  package let kind: ObjectiveKind
  /// The losses.
  package let report: LossReport
  /// The mean loss with its 95 % interval, the same each time.
  package let estimate: Estimate
  /// The bits that a byte of plain text costs; nil for other rows.
  package let bitsPerByte: Double?
  /// The share of preferences that are met, with its 95 % interval; nil where rows have none.
  package let met: Estimate?
  /// How far better answers are ahead, with its 95 % interval; nil where rows have no preferences.
  package let margin: Estimate?

  init(
    _ name: String, _ state: ModelState, _ kind: ObjectiveKind, _ report: LossReport,
    bitsPerByte: Double? = nil
  ) {
    (self.name, self.state, self.kind, self.report) = (name, state, kind, report)
    let count = report.margins.count
    met = count > 0 ? WilsonInterval.share(report.correctCount, of: count) : nil
    margin = count > 0 ? BootstrapInterval.mean(of: report.margins, seed: 0) : nil
    estimate = report.estimate(seed: 0)
    self.bitsPerByte = bitsPerByte
  }
}

/// Base and tuned on the same rows.
package struct ModelComparison: Sendable {
  /// The model as loaded.
  package let base: LossEvaluation
  /// The model now.
  package let tuned: LossEvaluation
  /// Tuned less base, with its 95 % interval from the rows in pairs.
  package let difference: Estimate

  /// Whether there are rows enough to tell base from tuned: one is too few.
  package let isConclusive: Bool
  /// The rows that tuned does better, worse and as well.
  package let rows: RowTally
  /// What else was measured of both.
  package let scores: [PairedScore]

  /// Whether tuned is better, beyond noise.
  package var isBetter: Bool { isConclusive && difference.upper < 0 }

  /// How many rows would show the difference; nil where there is none.
  package var neededCount: Int? { difference.neededCount(from: rows.count) }
}

/// What base and tuned answer to a row.
package struct ComparedAnswer: Sendable {
  /// The row, with the answer that is wanted.
  package let row: Example
  /// What the model as loaded answers.
  package let base: String
  /// What the model answers now.
  package let tuned: String
}

extension LoadedModel {
  /// Which weights the model has now.
  var state: ModelState { isTuned ? .tuned : .base }

  /// The bits that a byte of plain text costs; nil for other rows.
  ///
  /// It compares models of different vocabularies. The first token of a text is given, so its
  /// bytes do not count.
  fileprivate func bitsPerByte(
    _ report: LossReport, _ rows: [Example], _ examples: [EncodedExample]
  ) -> Double? {
    var bytes = 0
    for row in rows {
      guard case .text(let text) = row.content else { return nil }
      bytes += text.utf8.count
    }
    var seen: Set<Int> = []
    for example in examples where seen.insert(example.row).inserted {
      bytes -= tokenizer.decode(Array(example.ids.prefix(1))).utf8.count
    }
    guard bytes > 0 else { return nil }
    return report.sums.reduce(0, +) / logarithm(2) / Double(bytes)
  }
}
