import Evaluation
import Language
import Reporting
import Session

/// The form `eval dev by label`.
extension Eval {
  /// Labels up to which the whole table of confusions is shown, and mistakes shown beyond it.
  private static let shownLabels = 8
  private static let shownMistakes = 10

  static func show(_ evaluation: LabelEvaluation, in session: isolated Session) -> Value {
    let report = evaluation.report
    let title = "\(evaluation.name), \(evaluation.state.rawValue): "
    session.show(.report(.group([.text(title + sentence(report)), .table(table(report))])))
    session.noteRows(
      report.unlikelyCount,
      "whose labels the model would hardly write, all of them together: what is right among these "
        + "says little")
    return .record(record(report))
  }

  static func sentence(_ report: LabelReport) -> String {
    let (accuracy, baseline) = (report.accuracy, report.baseline)
    let verdict =
      if accuracy.lower > baseline.share {
        "better than"
      } else if accuracy.upper < baseline.share {
        "worse than"
      } else {
        "no clear difference from"
      }
    return "\(Quantity(accuracy.mean, .percent).text) of "
      + "\(Wording.count(report.rowCount, "row")) right "
      + "(\(Quantity(accuracy.lower, .percent).text) to "
      + "\(Quantity(accuracy.upper, .percent).text)); \(verdict) always `\(baseline.label)`, "
      + "\(Quantity(baseline.share, .percent).text)"
  }

  /// Which labels are taken for which: all of them, or, of many, the most frequent mistakes.
  static func table(_ report: LabelReport) -> Table {
    guard report.labels.count > shownLabels else {
      var table = Table(
        columns: [.init("label")] + report.labels.map { .init("as \($0)", .right) })
      for (label, counts) in zip(report.labels, report.confusion) {
        table.append([.text(label)] + counts.map { .quantity(.count($0)) })
      }
      return table
    }
    var table = Table(columns: [.init("label"), .init("taken for"), .init("rows", .right)])
    for mistake in report.mistakes.prefix(shownMistakes) {
      table.append([
        .text(mistake.right), .text(mistake.chosen), .quantity(.count(mistake.count)),
      ])
    }
    return table
  }

  static func record(_ report: LabelReport) -> Record {
    let confusion = zip(report.labels, report.confusion).map { label, counts in
      (label, Value.record(Record(zip(report.labels, counts.map { .integer($0) }).map { $0 })))
    }
    return [
      "accuracy": .number(report.accuracy.mean), "low": .number(report.accuracy.lower),
      "high": .number(report.accuracy.upper), "baseline": .number(report.baseline.share),
      "examples": .integer(report.rowCount), "labels": .list(report.labels.map { .string($0) }),
      "confusion": .record(Record(confusion)),
    ]
  }
}
