import Evaluation
package import Language
import Objectives
import Reporting
import Scoring
package import Session

/// The command `baseline dev`.
package struct Baseline: Command {
  package static let signature = Signature(
    "baseline",
    "Measure what needs no training: the usual label, a classifier of words, look-ups, a prompt.",
    details: [
      "The nearest row of train, by the weights of its words, answers with its own answer: what a look-up "
        + "would do; the row that a search engine would find (BM25) does the same. Labels are also told "
        + "by always the most frequent one and by a classifier of words (TF-IDF and logistic "
        + "regression, as scikit-learn has them); other answers by copying what was asked.",
      "For labels the share that is right is measured, for other answers the words they share with the "
        + "wanted one, as SQuAD counts them. `with` measures other things, and lets the model answer the "
        + "same rows, as `eval` does; `shots` shows the model as it was loaded some rows of train with "
        + "their answers before each row: what a prompt does without training.",
      "With a model loaded, its loss stands beside that of two models that only count tokens in the "
        + "answers of train: by frequency, and after the token before. A fine-tune worth its while "
        + "beats all of these.",
      "Of queries with texts, with a model that makes vectors, it says how well a search by words (BM25) "
        + "finds them, beside the vectors of now, as `eval` does.",
    ],
    patterns: ["[<data:data>] {with <metrics:choices> | shots <shots:int>}"],
    slots: [
      "data": .fallback("dev"),
      "metrics": .choices(TextMetric.all.filter(\.needsAnswers).map(\.name))
        .about("what is measured of answers"),
      "shots": .range(1...100).about("rows of train that the base model is shown"),
    ], needs: ["data"],
    synonyms: ["naive", "majority"],
    result: [
      .init("majority", "share of rows with the most frequent label of train", when: "of labels"),
      .init("words", "share that a classifier of words gets right", when: "of labels"),
      .init("nearest", "how good the nearest row's answer is, 0 to 1", when: "of answers"),
      .init("bm25", "how good the answer of the row is that a search finds", when: "of answers"),
      .init("copy", "how good what was asked is as an answer", when: "of answers but labels"),
      .init("shots", "how good the base model's answers are after some rows", when: "with `shots`"),
      .init("model", "how good the model's answers are now", when: "with `with` or `shots`"),
      .init("unigram", "loss by the frequency of tokens, in nats", when: "with a model"),
      .init("bigram", "loss by the frequency after the token before", when: "with a model"),
      .init("loss", "loss of the model now", when: "with a model"),
      .init(
        "scores",
        "for each of these and each measure its `value`, `low`, `high` and `count` of rows",
        when: "of answers"),
    ] + Eval.findingFields,
    examples: [
      "baseline", "baseline dev", "baseline dev with exact, chrf", "baseline dev shots 2",
    ], seeAlso: ["eval", "advise"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let name = call.name("data") ?? "dev"
    let tell = session.teller(measuring: { _ in "eval \(name)" })
    if session.model != nil, try session.measuresVectors(on: name) == .retrieve {
      return Eval.show(try session.evaluateRetrieval(on: name, tell: tell), in: session)
    }
    let scores = try session.baselines(
      on: name, by: (call.names("metrics") ?? []).compactMap(TextMetric.named),
      shots: call.int("shots") ?? 0, tell: tell)
    session.show(.report(.table(table(scores, name: name))))
    return .record(record(scores))
  }

  private static func table(_ scores: [BaselineScore], name: String) -> Table {
    var table = Table(columns: [
      .init("on \(name)"), .init("what"), .init("value", .right), .init("95 % interval", .right),
      .init("rows", .right),
    ])
    for score in scores {
      table.append([
        .text(score.name), .text(score.measureName),
        .quantity(score.score.quantity(score.estimate.mean)), .text(score.score.range),
        .quantity(.count(score.score.count)),
      ])
    }
    return table
  }

  /// A field for each, of the first measure, and all measures of all.
  private static func record(_ scores: [BaselineScore]) -> Record {
    var (value, all): (Record, Record) = ([:], [:])
    for score in scores {
      if value[score.field] == nil { value[score.field] = .number(score.estimate.mean) }
      var measures: Record = [:]
      if case .record(let known) = all[score.field] { measures = known }
      measures[score.score.metric.name] = .record(score.score.record)
      all[score.field] = .record(measures)
    }
    value["scores"] = .record(all)
    return value
  }
}

extension BaselineScore {
  /// The field of the result.
  fileprivate var field: String {
    switch kind {
    case .majority: "majority"
    case .wordClassifier: "words"
    case .nearestRow: "nearest"
    case .foundRow: "bm25"
    case .copy: "copy"
    case .fewShot: "shots"
    case .modelAnswers: "model"
    case .tokenFrequency: "unigram"
    case .tokenPairs: "bigram"
    case .model: "loss"
    }
  }

  /// What it is called.
  var name: String {
    switch kind {
    case .majority(let label): "always `\(label)`"
    case .wordClassifier: "words and logistic regression"
    case .nearestRow: "nearest row"
    case .foundRow: "row found by BM25"
    case .copy: "copy of what was asked"
    case .fewShot(let count): "base model, shown \(Wording.count(count, "row"))"
    case .modelAnswers: "the model's answers now"
    case .tokenFrequency: "tokens by frequency"
    case .tokenPairs: "after the token before"
    case .model: "the model now"
    }
  }

  /// What is measured.
  var measureName: String {
    isOfLabels && score.metric.name == "exact" ? "right" : score.metric.name
  }

  /// Its value with the interval.
  var shown: String { "\(score.quantity(estimate.mean).text) (\(score.range))" }
}
