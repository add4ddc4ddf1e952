import Datasets
package import Evaluation
import Execution
import Generation
import Models
package import Scoring

/// Measuring what needs no training beside the model.
extension Session {
  /// Measures what needs no training on the rows that a name means, train being what is learned from;
  /// with a model loaded, its loss beside that of counting tokens.
  ///
  /// - Parameters:
  ///   - name: names the rows.
  ///   - asked: measures of answers, for which the model answers the same rows; none leave its answers
  ///     out and measure labels by whether they are right, other answers by SQuAD's F1.
  ///   - shotCount: how many rows of train, with their answers, the model as it was loaded is shown
  ///     before each row; 0 leaves that out.
  ///   - tell: told what became of rows, and how far it is.
  /// - Returns: the scores, those of simple methods first.
  /// - Throws: ``SessionError/nothingToLearnFrom(data:)``.
  package func baselines(
    on name: String = "dev", by asked: [TextMetric] = [], shots shotCount: Int = 0,
    tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> [BaselineScore] {
    var rows = try rows(named: name)
    let data = try loadedData()
    guard !data.train.isEmpty, name != "train", name != data.name else {
      throw .nothingToLearnFrom(data: data.name)
    }
    let baselines = Baselines(train: data.train)
    let metrics = asked.isEmpty ? baselines.usualMetrics : asked
    var ofModel: [BaselineScore] = []
    if !asked.isEmpty || shotCount > 0 {
      let model = try writingModel()
      let own = try modelAnswers(
        to: rows, named: name, model.state, of: model, areLabels: baselines.labels != nil,
        tell: tell)
      rows = own.map { rows[$0.row] }
      if shotCount > 0 {
        let share = Double(shotCount) / Double(data.train.count)
        let shown = FewShotRows(
          Split.portion(of: data.train, share: min(1, share), seed: settings.seed)
            .map { data.train[$0] })
        let shots = try modelAnswers(
          to: rows.map(shown.row), named: name, .base, of: model,
          areLabels: baselines.labels != nil, tell: tell)
        ofModel += baselines.scores(.fewShot(shotCount), shots.map(\.answer), metrics)
      }
      ofModel += baselines.scores(.modelAnswers, own.map(\.answer), metrics)
    }
    let scores = baselines.scores(of: rows, by: metrics) { [stop] in stop.isRequested }
    if stop.isRequested { throw .stopped }
    return try scores + ofModel + losses(rows, named: name, data, tell: tell)
  }

  /// What the model answers, or which labels it chooses, by the rows' places.
  private func modelAnswers(
    to rows: [Example], named name: String, _ state: ModelState, of model: LoadedModel,
    areLabels: Bool, tell: (VerbEvent) -> Void
  ) throws(SessionError) -> [(row: Int, answer: WrittenAnswer)] {
    guard areLabels else {
      return try answers(to: rows, named: name, state, of: model, tell: tell)
    }
    let labelled = try classify(
      rows, named: name, in: labelForm(forRows: name), using: state, tell: tell)
    var places: [Int: [Int]] = [:]
    for (place, row) in rows.enumerated().reversed() { places[row.line, default: []].append(place) }
    // Rows come back in order, without those that are too long.
    return labelled.rows.compactMap { row in
      places[row.row.line]?.popLast().map {
        ($0, WrittenAnswer(row.label, references: [row.row.target]))
      }
    }
  }

  /// The loss of the model beside that of counting the tokens of train; nothing without a model.
  private func losses(
    _ rows: [Example], named name: String, _ data: LoadedData, tell: (VerbEvent) -> Void
  ) throws(SessionError) -> [BaselineScore] {
    guard let model else { return [] }
    guard model.writes else { return try headScore(on: rows, named: name, of: model, tell) }
    let written = try written(rows, named: name, of: model, tell: tell)
    let counts = TokenCounts(
      try self.written(data.train, named: "train", of: model, tell: tell).examples,
      vocabularySize: model.model.config.vocabularySize)
    return [
      BaselineScore(.tokenFrequency, counts.report(written.examples, withTokenBefore: false)),
      BaselineScore(.tokenPairs, counts.report(written.examples, withTokenBefore: true)),
      BaselineScore(.model, try measure(.tuned, of: model, on: written, tell: tell)),
    ]
  }
}
