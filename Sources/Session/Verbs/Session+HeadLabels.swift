import Datasets
import Models
import Objectives
import Tokenizers

/// Labels that a head of the model gives texts.
extension Session {
  /// What the model's head says of a text: a score a label.
  ///
  /// - Throws: ``SessionError/noText``, ``SessionError/tooLong(_:tokenCount:limit:)``, and what
  ///   computing them throws.
  package func headScores(
    _ text: String, using state: ModelState = .tuned
  ) throws(SessionError) -> [Double] {
    let model = try loadedModel()
    guard !text.isEmpty else { throw .noText }
    let limit = model.model.config.maximumPositions
    let ids = try headTokens(text, of: model)
    guard ids.count <= limit else { throw .tooLong(.text, tokenCount: ids.count, limit: limit) }
    let scores = try with(state, of: model) { () throws(SessionError) -> [[Float]] in
      try labelScores(of: [ids], by: model)
    }
    return scores[0].map(Double.init)
  }

  /// Gives each row what the model's head says of it; those that are too long are left out and told.
  func headLabels(
    _ rows: [Example], named name: String, of labels: LabelSet, using state: ModelState,
    tell: (VerbEvent) -> Void
  ) throws(SessionError) -> LabelledRows {
    let model = try loadedModel()
    let limit = model.model.config.maximumPositions
    var (asked, texts): ([Example], [[Int32]]) = ([], [])
    for row in rows {
      let ids = try headTokens(row.input, of: model)
      guard (1...limit).contains(ids.count) else { continue }
      asked.append(row)
      texts.append(ids)
    }
    try note(leftOut: rows.count - asked.count, of: rows.count, tell)
    let scores = try with(state, of: model) { () throws(SessionError) -> [[Float]] in
      try labelScores(of: texts, by: model, progress: { tell(.measuring(state, fraction: $0)) })
    }
    tell(.measured)
    return LabelledRows(
      name: name, form: LabelForm(.head, labels: labels.names),
      rows: zip(asked, scores).map { LabelledRow($0, $1.map(Double.init), of: labels) })
  }

  private func headTokens(
    _ text: String, of model: LoadedModel
  ) throws(SessionError) -> [Int32] {
    do throws(ProblemReason) {
      return try model.encoder(settings).options.checked(
        model.tokenizer.encode(text, addingSpecialTokens: true))
    } catch { throw .unwritable(.text, error) }
  }
}

extension LabelledRow {
  /// What scores say of a row.
  init(_ row: Example, _ scores: [Double], of labels: LabelSet) {
    switch labels.kind {
    case .one:
      let (place, shares) = (LabelShares.likeliest(scores), LabelShares.ofOne(scores))
      self.init(row, label: labels.names[place], share: shares[place])
    case .several:
      let (given, shares) = (LabelShares.given(scores), LabelShares.ofSeveral(scores))
      self.init(
        row, label: given.map { labels.names[$0] }.joined(separator: ", "),
        share: given.reduce(1) { min($0, shares[$1]) })
    case .number: self.init(row, label: "\(Float(scores.first ?? 0))", share: 1)
    }
  }

  /// A label by a head, which makes no difference between a label's share and its probability.
  private init(_ row: Example, label: String, share: Double) {
    (self.row, self.label, self.share, probability) = (row, label, share, share)
    isUnsure = false
  }
}
