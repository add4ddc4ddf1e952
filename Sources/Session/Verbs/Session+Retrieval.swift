package import Datasets
package import Evaluation
import Execution
import Models
package import Objectives
import Scoring
import Training

/// Finding texts by their vectors.
extension Session {
  /// Whether rows are measured by the vectors of their texts.
  package func measuresVectors(on name: String) throws(SessionError) -> ObjectiveKind? {
    guard let rows = examples(named: name), !rows.isEmpty else { return nil }
    let model = try loadedModel()
    let kind = try objectiveKind(for: rows, named: name, of: model, under: settings)
    return kind.isOfVectors ? kind : nil
  }

  /// Measures how well the texts that belong to the queries of rows are found among all texts of their
  /// data, by vectors and by words.
  ///
  /// - Parameters:
  ///   - name: names the rows.
  ///   - asked: the weights to measure; nil means those of now.
  ///   - tell: told what became of rows, and how far it is.
  /// - Returns: the loss, and how well texts were found.
  /// - Throws: as ``evaluate(on:using:tell:)``.
  package func evaluateRetrieval(
    on name: String = "dev", using asked: ModelState? = nil, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> RetrievalEvaluation {
    let model = try loadedModel()
    let taught = try taught(try rows(named: name), named: name, of: model, tell: tell)
    let texts = matchedTexts(taught, named: name)
    let state = asked ?? model.state
    let loss = try measure(state, of: model, on: taught, tell: tell)
    let words = BM25(texts.texts)
    return RetrievalEvaluation(
      loss: LossEvaluation(name, state, taught.kind, loss), texts: texts,
      vectors: try report(on: texts, of: model, using: state),
      words: RetrievalReport(
        zip(texts.queries, texts.belonging).map { query, belonging in
          QueryRanks(words.ranking(for: query), belonging: belonging)
        }))
  }

  /// How well the model as it was loaded and as it is now find the texts that belong to the queries of
  /// rows, query by query.
  func comparedRanks(
    _ taught: TaughtRows, named name: String, of model: LoadedModel
  ) throws(SessionError) -> [PairedScore] {
    let texts = matchedTexts(taught, named: name)
    let (base, tuned) = (
      try report(on: texts, of: model, using: .base),
      try report(on: texts, of: model, using: .tuned)
    )
    return RetrievalReport.Measure.allCases.map { PairedScore($0, base: base, tuned: tuned) }
  }

  /// The queries of some rows, and the texts of all rows of their data.
  private func matchedTexts(_ taught: TaughtRows, named name: String) -> MatchedTexts {
    let all = dataAndPart(named: name)?.data.dataset.examples ?? []
    return MatchedTexts(measuring: taught.rows, among: taught.kind.rows(all) ?? taught.rows)
  }

  /// Where the texts that belong to each query stand among all, by vectors of some weights.
  private func report(
    on texts: MatchedTexts, of model: LoadedModel, using state: ModelState
  ) throws(SessionError) -> RetrievalReport {
    let (index, queries) = try with(state, of: model) {
      () throws(SessionError) -> (TextIndex, [[Float]]) in
      (
        TextIndex(try self.vectors(of: texts.texts, by: model)),
        try self.vectors(of: texts.queries, by: model)
      )
    }
    return RetrievalReport(
      zip(queries, texts.belonging).map { query, belonging in
        QueryRanks(index.hits(for: query, limit: 10).map(\.text), belonging: belonging)
      })
  }

  /// Measures how near the cosines of pairs of texts come to what their rows say.
  ///
  /// - Throws: as ``evaluate(on:using:tell:)``.
  package func evaluateSimilarity(
    on name: String = "dev", using asked: ModelState? = nil, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> HeadEvaluation {
    let model = try loadedModel()
    let taught = try taught(try rows(named: name), named: name, of: model, tell: tell)
    let state = asked ?? model.state
    let loss = try measure(state, of: model, on: taught, tell: tell)
    var (right, given): ([Double], [Double]) = ([], [])
    let vectors = try with(state, of: model) { () throws(SessionError) -> [[Float]] in
      model.model.vectors(
        of: taught.examples.flatMap { $0.texts ?? [] }, budget: settings.training.microbatchTokens)
    }
    for (place, example) in taught.examples.enumerated() {
      guard case .alike(_, let score) = example.goal else { continue }
      right.append(score)
      let hit = TextIndex([vectors[2 * place + 1]]).hits(for: vectors[2 * place]).first
      given.append(hit?.cosine ?? 0)
    }
    return HeadEvaluation(
      loss: LossEvaluation(name, state, taught.kind, loss),
      report: .number(NumberReport(pairs: NumberPairs(right: right, given: given))))
  }

  /// Finds the texts that are nearest to a query.
  ///
  /// - Parameters:
  ///   - query: what is looked for.
  ///   - rows: of which the texts are; each text is there once.
  ///   - limit: how many are wanted.
  ///   - asked: the weights to find them by; nil means those of now.
  /// - Returns: what was found, the nearest first, and how many texts there are.
  /// - Throws: ``SessionError/nothingToEmbed``, ``SessionError/unwritable(_:_:)``,
  ///   ``SessionError/notNumbers(_:)``, ``SessionError/file(_:)``.
  package func search(
    _ query: String, in rows: [Example], limit: Int, using asked: ModelState? = nil
  ) throws(SessionError) -> FoundTexts {
    let model = try loadedModel()
    var seen: Set<String> = []
    var texts: [(text: String, line: Int)] = []
    for row in rows {
      for text in row.textsToFind where seen.insert(text).inserted {
        texts.append((text, row.line))
      }
    }
    let vectors = try with(asked ?? model.state, of: model) {
      () throws(SessionError) -> [[Float]] in
      try self.vectors(of: [query] + texts.map(\.text), by: model)
    }
    let hits = TextIndex(Array(vectors.dropFirst())).hits(for: vectors[0], limit: limit)
    return FoundTexts(
      found: hits.map {
        FoundTexts.Found(
          text: texts[$0.text].text, line: texts[$0.text].line, cosine: $0.cosine)
      }, textCount: texts.count)
  }

  private func vectors(
    of texts: [String], by model: LoadedModel
  ) throws(SessionError) -> [[Float]] {
    var vectors: [[Float]] = []
    // A stretch at a time, so that a stop is heeded.
    for start in stride(from: 0, to: texts.count, by: 256) {
      if stop.isRequested { throw .stopped }
      vectors += try model.vectors(of: Array(texts[start..<min(start + 256, texts.count)]))
    }
    return vectors
  }
}

/// How well texts are found.
package struct RetrievalEvaluation: Sendable {
  /// The loss, and which rows and weights were measured.
  package let loss: LossEvaluation
  /// What was looked for, and among what.
  package let texts: MatchedTexts
  /// How well by the model's vectors.
  package let vectors: RetrievalReport
  /// How well by their words.
  package let words: RetrievalReport
}

/// The texts that are nearest to a query.
package struct FoundTexts: Sendable {
  /// A text that was found.
  package struct Found: Hashable, Sendable {
    /// What it says.
    package let text: String
    /// The line of its row in the file.
    package let line: Int
    /// How near it is, from -1 to 1.
    package let cosine: Double
  }

  /// The nearest first.
  package let found: [Found]
  /// How many texts there are.
  package let textCount: Int
}

extension Example {
  /// The texts that a search may find: those that answer something, or, where a row asks nothing, what it
  /// says.
  fileprivate var textsToFind: [String] {
    switch content {
    case .match(_, let positive, let negatives): [positive] + negatives
    case .alike(let one, let other, _): [one, other]
    case .text, .labelled, .marked: [input]
    case .conversation, .completion, .preference, .verdict: target.isEmpty ? [] : [target]
    }
  }
}
