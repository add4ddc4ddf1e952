import Checkpoints
import Datasets
import Foundation
import Generation
import Language
import Models
import Reporting
import Session

/// The forms `classify on dev` and `classify data "new.csv"`.
extension Classify {
  /// Rows that are asked about at a time: their prompts share a pass.
  private static let rowsAtATime = 32

  static func classifyRows(
    _ call: Call, _ model: LoadedModel, _ form: LabelForm, in session: isolated Session
  ) throws -> Value {
    let (name, rows) = try rows(call, session)
    try checkOutput(call)
    var labelled: [LabelledRow] = []
    var questions: [Question] = []
    for row in rows {
      if session.stop.isRequested { throw CancellationError() }
      let asked = form.kind == .chat && row.isOneTurn ? row : form.example(row.input)
      let question = try question(asked, form, model, session.settings, call)
      guard let question else { continue }
      questions.append(question)
      labelled.append(LabelledRow(row: row))
    }
    guard !questions.isEmpty else {
      throw Diagnostic(code: .rowTooLong, "every row is longer than the model's context.")
    }
    session.noteRows(rows.count - labelled.count, "left out: longer than the model's context")
    let measure = { try Self.scores(questions, model, name, session) }
    let scores = try call.name("which") == "base" ? session.asBase(model, measure) : measure()
    session.show(.progressEnded(summary: nil))
    for (index, scores) in scores.enumerated() {
      labelled[index].take(try AnswerShares(scores, from: model), of: form)
    }
    let result = LabelledRows(name: name, form: form, rows: labelled)
    session.show(.report(result.report(showsRows: call.slot("output") == nil)))
    session.noteRows(
      result.unsureCount,
      "whose labels the model would hardly write, all of them together: their shares say little")
    if let output = call.text("output") { try write(result, to: output, session) }
    return .record(result.record)
  }

  private static func scores(
    _ questions: [Question], _ model: LoadedModel, _ name: String, _ session: isolated Session
  ) throws -> [[AnswerScore]] {
    let scorer = AnswerScorer(model: model.model)
    var scores: [[AnswerScore]] = []
    for start in stride(from: 0, to: questions.count, by: rowsAtATime) {
      if session.stop.isRequested { throw CancellationError() }
      let end = min(start + rowsAtATime, questions.count)
      scores += scorer.scores(Array(questions[start..<end]))
      session.show(
        .progress(
          .init(label: "classify \(name)", fraction: Double(end) / Double(questions.count))))
    }
    return scores
  }

  /// The rows that are named, or those of a file.
  private static func rows(
    _ call: Call, _ session: isolated Session
  ) throws(Diagnostic) -> (name: String, rows: [Example]) {
    guard let asked = call.text("file") else {
      let found = try session.neededExamples(call, slot: "rows", fallback: "dev")
      return (found.name, found.examples)
    }
    let path = try LoadData.find(asked, call, session.resources)
    var options = DatasetFile.Options()
    options.fields = call.text("column").map { .text($0) }
    let dataset: Dataset
    do throws(DatasetError) { dataset = try DatasetFile(options).load(path: path) } catch {
      var problem = Diagnostic(error)
      if let column = error.likelyFields?.fields.first {
        let line = "classify data \(Value.string(asked).source) text \(Value.string(column).source)"
        problem.hints = [.type(line)]
      }
      throw problem
    }
    session.note(InputFile(kind: "data", name: asked, path: path))
    return ((asked as NSString).lastPathComponent, lines(dataset))
  }

  /// The rows of a file; of plain text its lines, as one text a line is meant.
  private static func lines(_ dataset: Dataset) -> [Example] {
    guard dataset.shape == .document else { return dataset.examples }
    return dataset.examples.flatMap { document in
      document.input.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        .filter { !$1.allSatisfy(\.isWhitespace) }
        .map { Example(.text(String($1)), line: document.line + $0) }
    }
  }

  /// Refuses to write over the file that is read.
  private static func checkOutput(_ call: Call) throws(Diagnostic) {
    guard let output = call.text("output"), let file = call.text("file") else { return }
    let paths = [output, file].map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
    guard paths[0] == paths[1] else { return }
    throw Diagnostic(
      code: .otherContents, "the file to write is the one that is read.", at: call.label("output"),
      hints: [.type("classify data \(Value.string(file).source) to \"labels.csv\"")])
  }

  private static func write(
    _ result: LabelledRows, to path: String, _ session: isolated Session
  ) throws(Diagnostic) {
    do throws(CheckpointError) {
      if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
        try makeFolder(String(path[..<slash]))
      }
      let isJSON = path.lowercased().hasSuffix(".jsonl")
      let text = isJSON ? result.jsonLines : result.csv
      _ = SaveModel.saved(path, try AtomicFile.write(Array(text.utf8), to: path), session)
    } catch { throw Diagnostic(error) }
  }
}

extension Example {
  /// Whether the row is one question and its answer.
  fileprivate var isOneTurn: Bool {
    if case .conversation(let turns) = content { return turns.last?.role == .assistant }
    return false
  }
}
