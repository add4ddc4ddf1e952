package import Datasets
package import Scoring

/// How far something comes that needs no training.
package struct BaselineScore: Sendable {
  /// What answers, or predicts tokens.
  package enum Kind: Hashable, Sendable {
    /// Always the most frequent label.
    case majority(label: String)
    /// A classifier of words, learned from the rows.
    case wordClassifier
    /// The answer of the nearest row of those to learn from, by the weights of words.
    case nearestRow
    /// The answer of the row that a search engine would find.
    case foundRow
    /// What was asked, unchanged.
    case copy
    /// The model as it was loaded, shown this many rows with their answers.
    case fewShot(Int)
    /// What the model of now writes, or the label it chooses.
    case modelAnswers
    /// Counts of tokens.
    case tokenFrequency
    /// Counts of tokens after the token before.
    case tokenPairs
    /// The loss of the model itself, to stand beside the others.
    case model
  }

  /// What answers.
  package let kind: Kind
  /// What is measured, its value, its 95 % interval and how many rows it is of.
  package let score: TextScore
  /// Whether the answers are labels.
  package let isOfLabels: Bool

  /// A measure of some answers.
  package init(_ kind: Kind, _ score: TextScore, isOfLabels: Bool = false) {
    (self.kind, self.score, self.isOfLabels) = (kind, score, isOfLabels)
  }

  /// The loss that a report has.
  package init(_ kind: Kind, _ report: LossReport) {
    (self.kind, isOfLabels) = (kind, false)
    score = TextScore(report)
  }

  /// How it came out.
  package var estimate: Estimate { score.estimate }
}

/// What answers rows without training, from the rows there are to learn from.
package struct Baselines {
  private let train: [Example]
  /// The labels of rows that have such, sorted; nil for other rows.
  package let labels: [String]?

  /// Takes the rows to learn from.
  package init(train: [Example]) {
    self.train = train.map(\.written)
    labels = LabelForm(of: self.train)?.labels
  }

  /// What is measured unless something else is asked for: of labels whether they are right, of other
  /// answers the words they share with those that are wanted.
  package var usualMetrics: [TextMetric] {
    [TextMetric.named(labels == nil ? "squad_f1" : "exact")].compactMap(\.self)
  }

  /// What each baseline answers to rows; nothing for plain text, which has no answers.
  package func answers(
    to rows: [Example], stop: () -> Bool = { false }
  ) -> [(kind: BaselineScore.Kind, answers: [String])] {
    guard train.contains(where: { !$0.target.isEmpty }) else { return [] }
    let (near, search) = (NearestRows(train), BM25(train.map(\.input)))
    var found: [(BaselineScore.Kind, [String])] = []
    if let labels {
      let majority = Self.mostFrequent(train.map(\.target))
      found.append((.majority(label: majority), rows.map { _ in majority }))
      found.append((.wordClassifier, classified(rows, labels, stop)))
    }
    found.append((.nearestRow, rows.map { near.nearest(to: $0)?.target ?? "" }))
    found.append(
      (.foundRow, rows.map { search.best(for: $0.input).map { train[$0].target } ?? "" }))
    if labels == nil { found.append((.copy, rows.map(\.input))) }
    return found
  }

  /// The scores of what answers rows.
  package func scores(
    of rows: [Example], by metrics: [TextMetric], stop: () -> Bool = { false }
  ) -> [BaselineScore] {
    let rows = rows.map(\.written).filter { !$0.target.isEmpty }
    guard !rows.isEmpty else { return [] }
    return answers(to: rows, stop: stop).flatMap { kind, answers in
      scores(kind, zip(answers, rows).map { WrittenAnswer($0, references: [$1.target]) }, metrics)
    }
  }

  /// The scores of answers that were written elsewhere.
  package func scores(
    _ kind: BaselineScore.Kind, _ answers: [WrittenAnswer], _ metrics: [TextMetric]
  ) -> [BaselineScore] {
    guard !answers.isEmpty else { return [] }
    return metrics.map {
      BaselineScore(kind, TextScore($0, answers: answers), isOfLabels: labels != nil)
    }
  }

  /// The labels that a classifier of words gives, which learns from the rows.
  private func classified(
    _ rows: [Example], _ labels: [String], _ stop: () -> Bool
  ) -> [String] {
    let words = WordVectors(train.map(\.input))
    let classifier = LogisticRegression(
      train.map { words.vector(of: $0.input) },
      labels: train.map { labels.firstIndex(of: $0.target) ?? 0 }, labelCount: labels.count,
      wordCount: words.wordCount, stop: stop)
    return rows.map { labels[classifier.label(of: words.vector(of: $0.input))] }
  }

  /// The most frequent text, the first by alphabet of equal ones.
  private static func mostFrequent(_ texts: [String]) -> String {
    let counts = Dictionary(texts.map { ($0, 1) }, uniquingKeysWith: +)
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
  }
}
