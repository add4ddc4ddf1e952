import Datasets
import Evaluation
import Generation
import Language
import Reporting
import Session

/// The form `eval dev by label`.
extension Eval {
  /// Labels up to which the whole table of confusions is shown, and mistakes shown beyond it.
  private static let shownLabels = 8
  private static let shownMistakes = 10

  static func byLabel(
    _ call: Call, _ model: LoadedModel, _ label: String, in session: isolated Session
  ) throws -> Value {
    let (name, rows) = try session.neededExamples(call, slot: "data", fallback: "dev")
    let labels = try labels(of: rows, named: name, session.dataAndPart(named: name)?.data, call)
    let (questions, right) = try questions(rows, labels, call, model, session)
    let measure = {
      LabelEvaluator.report(
        of: model.model, questions, right: right, labels: labels,
        isCancelled: { session.stop.isRequested },
        progress: { session.show(.progress(.init(label: "eval \(name)", fraction: $0))) })
    }
    let report = try label == "base" ? session.asBase(model, measure) : measure()
    session.show(.progressEnded(summary: nil))
    guard let report else { throw CancellationError() }
    guard report.isFinite else { throw Diagnostic.notNumbers("a likelihood", from: model) }
    session.show(
      .report(.group([.text("\(name), \(label): " + sentence(report)), .table(table(report))])))
    session.noteRows(
      report.unlikelyCount,
      "whose labels the model would hardly write, all of them together: what is right among these "
        + "says little")
    return .record(record(report))
  }

  /// The labels of a whole data set, so that one that no measured row has may be chosen too.
  private static func labels(
    of rows: [Example], named name: String, _ owner: LoadedData?, _ call: Call
  ) throws(Diagnostic) -> [String] {
    let all = rows + (owner?.dataset.examples ?? [])
    let labels = Set(all.map(\.target)).sorted()
    let isLabelled = all.allSatisfy { if case .labelled = $0.content { true } else { false } }
    let labelLimit = isLabelled ? LabelForm.labelLimit : LabelForm.answerLimit
    let problem: String? =
      if labels.contains("") {
        "`\(name)` has rows without an answer."
      } else if labels.count < 2 {
        "all rows of `\(name)` have the same answer."
      } else if labels.count > labelLimit {
        "`\(name)` has \(Quantity.count(labels.count).text) different answers, and "
          + "\(labelLimit) labels are the most that are told apart."
      } else {
        nil
      }
    guard let problem else { return labels }
    throw Diagnostic(
      code: .noLabels, problem, at: call.slot("data") == nil ? nil : call.label("data"),
      hints: [.type("eval \(name)", remark: "the loss, for rows of any kind")])
  }

  /// The rows as questions, and which label each should be given; rows that are too long for the
  /// model are left out, and told of.
  private static func questions(
    _ rows: [Example], _ labels: [String], _ call: Call, _ model: LoadedModel,
    _ session: isolated Session
  ) throws(Diagnostic) -> (questions: [Question], right: [Int]) {
    let encoder = model.encoder(session.settings)
    var (questions, right): ([Question], [Int]) = ([], [])
    for row in rows {
      do throws(ProblemReason) {
        let asked = try encoder.answers(to: row, among: labels)
        guard !asked.prompt.isEmpty else { throw .trainsNothing }
        let question = Question(prompt: asked.prompt, answers: asked.answers)
        guard question.length <= encoder.options.maximumLength else { continue }
        questions.append(question)
        right.append(labels.firstIndex(of: row.target) ?? 0)
      } catch {
        throw Diagnostic(
          code: error.diagnostic.code,
          "the row at line \(row.line) cannot be asked about: it has no prompt, or the chat "
            + "template cannot write it.",
          at: call.slot("data") == nil ? nil : call.label("data", error.detail ?? ""))
      }
    }
    guard !questions.isEmpty else {
      throw Diagnostic(code: .rowTooLong, "every row is longer than the model's context.")
    }
    session.noteRows(rows.count - questions.count, "left out: longer than the model's context")
    return (questions, right)
  }

  private static func sentence(_ report: LabelReport) -> String {
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
  private static func table(_ report: LabelReport) -> Table {
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

  private static func record(_ report: LabelReport) -> Record {
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
