import Evaluation
import Language
import Objectives
import Reporting
import Scoring
import Session

/// `eval dev` of a model with a head that chooses labels, or gives a number.
extension Eval {
  /// The fields of its measures, each with the ends of its 95 % interval.
  static let headFields: [Signature.ResultField] = [
    ("macro_f1", "the mean of all labels' F1", "of a head for labels"),
    ("micro_f1", "F1 over all labels of all rows", "of a head for several labels"),
    ("mcc", "the Matthews correlation", "of a head for one label"),
    ("ece", "the expected calibration error", "of a head for one label"),
    ("rmse", "the root mean squared error", "of a head for a number"),
    ("pearson", "the correlation with the right numbers", "of a head for a number"),
  ].flatMap { name, about, condition in
    [
      .init(name, about, when: condition),
      .init(name + "_low", "lower end of its 95 % interval", when: condition),
      .init(name + "_high", "upper end", when: condition),
    ]
  }

  static func show(_ evaluation: HeadEvaluation, in session: isolated Session) -> Value {
    let loss = evaluation.loss
    let title = "\(loss.name), \(loss.state.rawValue): \(evaluation.report.sentence)"
    let measures = [Measure("loss", loss.estimate, .loss)] + evaluation.report.measures
    session.show(
      .report(
        .group(
          [.text(title), .table(table(measures))]
            + evaluation.report.labelTables.map { .table($0) })))
    var record = evaluation.report.record
    record["objective"] = .string(loss.kind.rawValue)
    record["examples"] = .integer(loss.report.sums.count)
    (record["loss"], record["low"], record["high"]) = (
      .number(loss.estimate.mean), .number(loss.estimate.lower), .number(loss.estimate.upper)
    )
    for measure in measures.dropFirst() {
      record[measure.name] = .number(measure.estimate.mean)
      record[measure.name + "_low"] = .number(measure.estimate.lower)
      record[measure.name + "_high"] = .number(measure.estimate.upper)
    }
    return .record(record)
  }

  private static func table(_ measures: [Measure]) -> Table {
    var table = Table(columns: [
      .init("measure"), .init("value", .right), .init("from", .right), .init("to", .right),
    ])
    for measure in measures {
      table.append([
        .text(measure.name), .quantity(Quantity(measure.estimate.mean, measure.unit)),
        .quantity(Quantity(measure.estimate.lower, measure.unit)),
        .quantity(Quantity(measure.estimate.upper, measure.unit)),
      ])
    }
    return table
  }
}

/// What is measured, by the name of its field, with its 95 % interval.
private struct Measure {
  let name: String
  let estimate: Estimate
  let unit: Quantity.Unit

  init(_ name: String, _ estimate: Estimate, _ unit: Quantity.Unit) {
    (self.name, self.estimate, self.unit) = (name, estimate, unit)
  }
}

extension ClassReport {
  /// How many rows there are, and how far what needs no model comes.
  fileprivate var sentence: String {
    switch self {
    case .one(let report): Eval.sentence(report.labels)
    case .several(let report): Wording.count(report.rows.right.count, "row")
    case .number(let report):
      Wording.count(report.pairs.right.count, "row") + "; always their mean has an rmse of "
        + Quantity(report.baseline, .decimals(4)).text
    }
  }

  fileprivate var measures: [Measure] {
    switch self {
    case .one(let report):
      [
        Measure("accuracy", report.labels.accuracy, .percent),
        Measure("macro_f1", report.macroF1, .percent),
        Measure("mcc", report.matthewsCorrelation, .decimals(3)),
        Measure("ece", report.calibrationError, .decimals(3)),
      ]
    case .several(let report):
      [
        Measure("accuracy", report.accuracy, .percent),
        Measure("macro_f1", report.macroF1, .percent),
        Measure("micro_f1", report.microF1, .percent),
      ]
    case .number(let report):
      [
        Measure("rmse", report.rootMeanSquaredError, .decimals(4)),
        Measure("pearson", report.correlation, .decimals(3)),
      ]
    }
  }

  /// By label: which are taken for which, or, of several, how many rows have and were given each.
  fileprivate var labelTables: [Table] {
    switch self {
    case .one(let report): return [Eval.table(report.labels)]
    case .number: return []
    case .several(let report):
      var table = Table(columns: [
        .init("label"), .init("rows", .right), .init("given", .right), .init("right", .right),
      ])
      for (label, count) in zip(report.labels, report.rows.counts()) {
        table.append([
          .text(Wording.oneLine(label)), .quantity(.count(count.had)),
          .quantity(.count(count.given)), .quantity(.count(count.both)),
        ])
      }
      return [table]
    }
  }

  /// What is no measure.
  fileprivate var record: Record {
    switch self {
    case .one(let report): Eval.record(report.labels)
    case .several(let report): ["labels": .list(report.labels.map { .string($0) })]
    case .number(let report): ["baseline": .number(report.baseline)]
    }
  }
}
