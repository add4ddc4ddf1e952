import Checkpoints
import Datasets
import Evaluation
package import Language
import Models
import Reporting
package import Session

/// The command `baseline dev`.
package struct Baseline: Command {
  package static let signature = Signature(
    "baseline",
    "Measure what needs no training: the usual label, the nearest row, counts of tokens.",
    details: [
      "The nearest row of train, by its words, answers with its own answer: what a look-up would do. "
        + "For labels the share that is right is measured, beside that of the most frequent label; for "
        + "other answers, the words they share with the wanted one (F1).",
      "With a model loaded, its loss stands beside that of two models that only count tokens in the "
        + "answers of train: by frequency, and after the token before. A fine-tune worth its while "
        + "beats all of these.",
    ],
    patterns: ["[<data:data>]"], slots: ["data": .fallback("dev")], needs: ["data"],
    synonyms: ["naive", "majority"],
    result: [
      .init("majority", "share of rows with the most frequent label of train, of labels"),
      .init("nearest", "how good the nearest row's answer is, 0 to 1"),
      .init("unigram", "loss by the frequency of tokens, in nats"),
      .init("bigram", "loss by the frequency after the token before"),
      .init("loss", "loss of the model now"),
    ],
    examples: ["baseline", "baseline dev"], seeAlso: ["eval", "advise"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let (name, rows) = try session.neededExamples(call, slot: "data", fallback: "dev")
    let data = try session.neededData("baseline")
    let train = data.train
    guard !train.isEmpty, name != "train", name != data.name else {
      throw Diagnostic(
        code: .noRows, "`baseline` needs rows to learn from and others to measure on.",
        hints: [.type("split \(data.name) 90/10", remark: "then: baseline dev")])
    }
    var lines = AnswerBaselines(train: train, rows: rows).lines
    if let model = session.model {
      let encoded = try session.encoded(rows, of: data.dataset.file, for: model)
      let counts = TokenCounts(
        try session.encoded(train, of: data.dataset.file, for: model),
        vocabularySize: model.model.config.vocabularySize)
      lines += [
        .loss("unigram", "tokens by frequency", counts.report(encoded, withTokenBefore: false)),
        .loss("bigram", "after the token before", counts.report(encoded, withTokenBefore: true)),
        .loss("loss", "the model now", try session.measure(model, encoded, label: "eval \(name)")),
      ]
    }
    session.show(.report(.table(table(lines, name: name))))
    return .record(Record(lines.map { ($0.field, .number($0.estimate.mean)) }))
  }

  private static func table(_ lines: [BaselineLine], name: String) -> Table {
    var table = Table(columns: [
      .init("on \(name)"), .init("what"), .init("value", .right), .init("95 % interval", .right),
    ])
    for line in lines {
      let ends = [line.estimate.lower, line.estimate.upper].map { line.quantity($0).text }
      table.append([
        .text(line.name), .text(line.measure), .quantity(line.quantity(line.estimate.mean)),
        .text(ends.joined(separator: " to ")),
      ])
    }
    return table
  }
}

/// One baseline: a name, what is measured, and how it came out.
struct BaselineLine {
  /// The field of the result.
  let field: String
  let name: String
  let measure: String
  let estimate: Estimate

  /// A value as it is shown.
  func quantity(_ value: Double) -> Quantity {
    Quantity(value, measure == "loss" ? .loss : .percent)
  }

  static func loss(_ field: String, _ name: String, _ report: LossReport) -> BaselineLine {
    BaselineLine(field: field, name: name, measure: "loss", estimate: report.estimate(seed: 0))
  }

  /// The mean of one value in `0...1` a row.
  static func share(
    _ field: String, _ name: String, _ measure: String, _ values: [Double]
  ) -> BaselineLine {
    BaselineLine(
      field: field, name: name, measure: measure,
      estimate: BootstrapInterval.mean(of: values, seed: 0))
  }
}

/// Baselines that answer as a look-up would; none for plain text, which has no answers.
struct AnswerBaselines {
  let lines: [BaselineLine]

  init(train: [Example], rows: [Example]) {
    guard train.contains(where: { !$0.target.isEmpty }) else {
      lines = []
      return
    }
    let index = NearestRows(train)
    let answers = rows.map { (index.nearest(to: $0)?.target ?? "", $0.target) }
    guard case .labelled = train[0].content else {
      lines = [
        .share("nearest", "nearest row", "word F1", answers.map(AnswerOverlap.wordF1))
      ]
      return
    }
    let right = answers.map { AnswerOverlap.isSame($0, $1) ? 1.0 : 0 }
    let majority = Self.mostFrequent(train.map(\.target))
    lines = [
      .share(
        "majority", "always `\(majority)`", "right", rows.map { $0.target == majority ? 1 : 0 }),
      .share("nearest", "nearest row", "right", right),
    ]
  }

  /// The most frequent text, the first by alphabet of equal ones.
  private static func mostFrequent(_ texts: [String]) -> String {
    let counts = Dictionary(texts.map { ($0, 1) }, uniquingKeysWith: +)
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
  }
}
