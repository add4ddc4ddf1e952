import Datasets
import Generation
import Language
import Objectives
import Reporting
import Session

/// `classify "text"` of a model whose head gives a text any number of labels, or a number.
extension Classify {
  static func classify(
    _ text: String, _ call: Call, by labels: LabelSet, in session: isolated Session
  ) throws -> Value {
    let scores = try session.headScores(text, using: call.state)
    guard labels.kind == .several else {
      let number = scores.first ?? 0
      session.show(.report(.text(Wording.digits(number))))
      return .record(["number": .number(number)])
    }
    let shares = LabelShares.ofSeveral(scores)
    let order = scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }
    var table = Table(columns: [
      .init("label"), .init("probability", .right), .init("given"),
    ])
    for place in order.prefix(20) {
      table.append([
        .text(Wording.oneLine(labels.names[place])),
        .quantity(Quantity(shares[place], .percent)),
        .text(scores[place] > 0 ? "yes" : "no"),
      ])
    }
    session.show(.report(.table(table)))
    return .record([
      "labels": .list(LabelShares.given(scores).map { .string(labels.names[$0]) }),
      "choices": .list(
        order.map {
          .record([
            "label": .string(labels.names[$0]), "probability": .number(shares[$0]),
            "share": .number(shares[$0]),
          ])
        }),
    ])
  }
}
