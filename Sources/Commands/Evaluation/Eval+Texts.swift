import Evaluation
import Language
import Reporting
import Scoring
import Session

/// The forms `eval dev with bleu, chrf` and `eval dev by topic`.
extension Eval {
  /// Measured in any case, as fields of the result are made of them.
  private static let usual = ["loss", "token_accuracy"].compactMap(TextMetric.named)

  /// Measures what was asked for, and shows it.
  static func showTexts(
    _ call: Call, on name: String, _ state: ModelState?, by grouping: RowGrouping?,
    in session: isolated Session
  ) throws -> Value {
    let asked = (call.names("metrics") ?? []).compactMap(TextMetric.named)
    let known = Set((usual + asked).map(\.name))
    let evaluation = try session.evaluate(
      on: name, using: state, by: TextMetric.all.filter { known.contains($0.name) },
      groups: grouping, tell: session.teller(measuring: { _ in "eval \(name)" }))
    let shown = Set([usual[0].name] + asked.map(\.name))
    let title = "\(evaluation.name), \(evaluation.state.rawValue)"
    session.show(
      .report(
        .table(
          grouping == nil
            ? table(evaluation.scores.filter { shown.contains($0.metric.name) }, title)
            : table(evaluation, shown, title))))
    return .record(record(evaluation))
  }

  private static func table(_ scores: [TextScore], _ title: String) -> Table {
    var table = Table(
      title: title,
      columns: [
        .init("measure"), .init("value", .right), .init("95 % interval", .right),
        .init("rows", .right), .init("what it is"),
      ])
    for score in scores {
      table.append([
        .text(score.metric.name), .quantity(score.quantity(score.estimate.mean)),
        .text(score.range), .quantity(.count(score.count)), .text(score.metric.about),
      ])
    }
    return table
  }

  /// A line for each group, and one for all rows.
  private static func table(
    _ evaluation: TextEvaluation, _ shown: Set<String>, _ title: String
  ) -> Table {
    let names = evaluation.scores.map(\.metric.name).filter(shown.contains)
    var table = Table(
      title: title,
      columns: [.init("rows in"), .init("rows", .right)]
        + names.flatMap { [.init($0, .right), .init("95 % interval", .right)] })
    func append(_ name: String, _ count: Int, _ scores: [TextScore]) {
      let cells = names.flatMap { name -> [Table.Cell] in
        guard let score = scores.first(where: { $0.metric.name == name }) else {
          return [.text(""), .text("")]
        }
        return [.quantity(score.quantity(score.estimate.mean)), .text(score.range)]
      }
      table.append([.text(Wording.oneLine(name)), .quantity(.count(count))] + cells)
    }
    for group in evaluation.groups { append(group.name, group.rowCount, group.scores) }
    append("all", evaluation.scores.map(\.count).max() ?? 0, evaluation.scores)
    return table
  }

  private static func record(_ evaluation: TextEvaluation) -> Record {
    var value: Record = ["scores": .record(record(evaluation.scores))]
    if let loss = evaluation.scores.first(where: { $0.metric.name == "loss" }) {
      value["loss"] = .number(loss.estimate.mean)
      value["low"] = .number(loss.estimate.lower)
      value["high"] = .number(loss.estimate.upper)
      value["examples"] = .integer(loss.count)
    }
    if let accuracy = evaluation.scores.first(where: { $0.metric.name == "token_accuracy" }) {
      value["accuracy"] = .number(accuracy.estimate.mean)
    }
    guard !evaluation.groups.isEmpty else { return value }
    let groups = evaluation.groups.map { group in
      var scores = record(group.scores)
      scores["rows"] = .integer(group.rowCount)
      return (group.name, Value.record(scores))
    }
    value["groups"] = .record(Record(groups))
    return value
  }

  private static func record(_ scores: [TextScore]) -> Record {
    Record(scores.map { ($0.metric.name, .record($0.record)) })
  }
}

extension TextScore {
  /// The score as scripts see it.
  var record: Record {
    [
      "value": .number(estimate.mean), "low": .number(estimate.lower),
      "high": .number(estimate.upper), "count": .integer(count),
    ]
  }

  /// A value as it is shown.
  func quantity(_ value: Double) -> Quantity { metric.quantity(value) }

  /// The interval as it is shown.
  var range: String {
    [estimate.lower, estimate.upper].map { quantity($0).text }.joined(separator: " to ")
  }
}

extension TextMetric {
  /// A value as it is shown.
  func quantity(_ value: Double) -> Quantity {
    switch unit {
    case .share: Quantity(value, .percent)
    case .points: Quantity(value, .decimals(2))
    case .nats: Quantity(value, .loss)
    case .number: Quantity(value, .decimals(3))
    }
  }
}
