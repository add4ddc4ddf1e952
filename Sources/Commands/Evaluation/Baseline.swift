import Evaluation
package import Language
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
      .init("majority", "share of rows with the most frequent label of train", when: "of labels"),
      .init("nearest", "how good the nearest row's answer is, 0 to 1", when: "of answers"),
      .init("unigram", "loss by the frequency of tokens, in nats", when: "with a model"),
      .init("bigram", "loss by the frequency after the token before", when: "with a model"),
      .init("loss", "loss of the model now", when: "with a model"),
    ],
    examples: ["baseline", "baseline dev"], seeAlso: ["eval", "advise"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let name = call.name("data") ?? "dev"
    let scores = try session.baselines(
      on: name, tell: session.teller(measuring: { _ in "eval \(name)" }))
    session.show(.report(.table(table(scores, name: name))))
    return .record(Record(scores.map { ($0.field, .number($0.estimate.mean)) }))
  }

  private static func table(_ scores: [BaselineScore], name: String) -> Table {
    var table = Table(columns: [
      .init("on \(name)"), .init("what"), .init("value", .right), .init("95 % interval", .right),
    ])
    for score in scores {
      let ends = [score.estimate.lower, score.estimate.upper].map { score.quantity($0).text }
      table.append([
        .text(score.name), .text(score.measureName),
        .quantity(score.quantity(score.estimate.mean)), .text(ends.joined(separator: " to ")),
      ])
    }
    return table
  }
}

extension BaselineScore {
  /// The field of the result.
  fileprivate var field: String {
    switch kind {
    case .majority: "majority"
    case .nearestRow: "nearest"
    case .tokenFrequency: "unigram"
    case .tokenPairs: "bigram"
    case .model: "loss"
    }
  }

  /// What it is called.
  var name: String {
    switch kind {
    case .majority(let label): "always `\(label)`"
    case .nearestRow: "nearest row"
    case .tokenFrequency: "tokens by frequency"
    case .tokenPairs: "after the token before"
    case .model: "the model now"
    }
  }

  /// What is measured.
  var measureName: String {
    switch measure {
    case .right: "right"
    case .wordF1: "word F1"
    case .loss: "loss"
    }
  }

  /// A value as it is shown.
  func quantity(_ value: Double) -> Quantity {
    Quantity(value, measure == .loss ? .loss : .percent)
  }
}
