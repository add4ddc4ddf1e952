import Evaluation
import Language
import Objectives
import Reporting
import Session

/// `eval dev` of rows of queries and the texts that belong to them.
extension Eval {
  /// The fields of its measures, each with the ends of its 95 % interval, by vectors and by words.
  static let retrievalFields: [Signature.ResultField] =
    RetrievalReport.Measure.allCases.flatMap { measure in
      [("", measure.about), (wordPrefix, "the same for BM25, which searches by words")]
        .flatMap { prefix, about -> [Signature.ResultField] in
          let name = prefix + measure.rawValue
          return [
            .init(name, about, when: condition),
            .init(name + "_low", "lower end of its 95 % interval", when: condition),
            .init(name + "_high", "upper end", when: condition),
          ]
        }
    } + [
      .init("queries", "queries measured, each once", when: condition),
      .init("texts", "texts that they are looked for among", when: condition),
    ]

  /// The fields of the whole record, for commands that have no others of these names.
  static let findingFields: [Signature.ResultField] =
    [
      .init("low", "lower end of the loss's 95 % interval", when: condition),
      .init("high", "upper end", when: condition),
      .init(
        "accuracy", "share of rows whose own text comes first in a batch", when: condition),
      .init("objective", "what the loss is one of", when: condition),
      .init("examples", "rows measured", when: condition),
    ] + retrievalFields

  private static let condition = "of queries with texts"
  private static let wordPrefix = "bm25_"

  static func show(_ evaluation: RetrievalEvaluation, in session: isolated Session) -> Value {
    let (loss, texts) = (evaluation.loss, evaluation.texts)
    var table = Table(
      title: "\(loss.name), \(loss.state.rawValue): "
        + "\(Quantity.count(texts.queries.count).text) "
        + (texts.queries.count == 1 ? "query" : "queries") + " among "
        + Wording.count(texts.texts.count, "text"),
      columns: [
        .init("measure"), .init("vectors", .right), .init("95 % interval", .right),
        .init("BM25", .right), .init("95 % interval", .right), .init("what it is"),
      ])
    var record: Record = [
      "objective": .string(loss.kind.rawValue), "examples": .integer(loss.report.sums.count),
      "queries": .integer(texts.queries.count), "texts": .integer(texts.texts.count),
      "accuracy": .number(loss.report.accuracy),
    ]
    (record["loss"], record["low"], record["high"]) = (
      .number(loss.estimate.mean), .number(loss.estimate.lower), .number(loss.estimate.upper)
    )
    for measure in RetrievalReport.Measure.allCases {
      let estimates = [
        ("", evaluation.vectors.estimate(measure)),
        (wordPrefix, evaluation.words.estimate(measure)),
      ]
      for (prefix, estimate) in estimates {
        record[prefix + measure.rawValue] = .number(estimate.mean)
        record[prefix + measure.rawValue + "_low"] = .number(estimate.lower)
        record[prefix + measure.rawValue + "_high"] = .number(estimate.upper)
      }
      table.append(
        [.text(measure.rawValue)]
          + estimates.flatMap { [cell($0.1.mean), .text(range($0.1))] }
          + [.text(measure.about)])
    }
    session.show(
      .report(
        .group([
          .text(
            "loss \(Quantity(loss.estimate.mean, .loss).text) "
              + "(\(Quantity(loss.estimate.lower, .loss).text) to "
              + "\(Quantity(loss.estimate.upper, .loss).text)), "
              + "its own text first in a batch: \(Quantity(loss.report.accuracy, .percent).text)"),
          .table(table),
        ])))
    return .record(record)
  }

  private static func cell(_ value: Double) -> Table.Cell {
    .quantity(Quantity(value, .decimals(4)))
  }

  private static func range(_ estimate: Estimate) -> String {
    "\(Quantity(estimate.lower, .decimals(4)).text) to \(Quantity(estimate.upper, .decimals(4)).text)"
  }
}
