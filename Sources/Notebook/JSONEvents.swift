import Language
import Reporting
import Serialization
import Session
import Synchronization

/// What happens as lines of JSON, one object each, for other programs.
///
/// The names are a promise: events and keys are added, never changed.
package final class JSONEvents: Sendable {
  private let script: String
  private let write: @Sendable (String) -> Void
  private let cell = Mutex(0)

  /// - Parameters:
  ///   - script: the script's name, as the user gave it.
  ///   - write: takes each line with its line end.
  package init(script: String, write: @escaping @Sendable (String) -> Void) {
    self.script = script
    self.write = write
  }

  /// The first line: what runs, and on what.
  package func start(version: String, isa: String, threads: Int) {
    send(
      "start",
      [
        "script": .string(script), "version": .string(version), "isa": .string(isa),
        "threads": .integer(threads),
      ])
  }

  /// The last line.
  package func end(_ code: ExitCode, seconds: Double) {
    let rounded = (seconds * 1000).rounded() / 1000
    send("end", ["exit": .integer(Int(code.rawValue)), "seconds": Value.json(rounded)])
  }

  /// A line for an event, if it has one: progress without steps and text in the making have none.
  package func report(_ event: RunEvent) {
    switch event {
    case .cell(let number): cell.withLock { $0 = number }
    case .printed(let text): send("print", inCell(["text": .string(text)]))
    case .shown(.report(let report)):
      send("report", inCell(["text": .string(report.plainText)]))
    case .shown(.progress(let progress)) where progress.stepCount > 0:
      send("step", inCell(Self.fields(progress)))
    case .shown(.devMeasured(let step, let loss, let accuracy)):
      send(
        "dev",
        inCell([
          "step": .integer(step), "loss": Value.json(loss), "accuracy": Value.json(accuracy),
        ]))
    case .shown: break
    case .result(let result): send("result", inCell(fields(result)))
    case .value(let value): send("value", inCell(["value": value.json]))
    case .problem(let problem):
      send(problem.severity == .note ? "note" : "error", Self.fields(problem))
    }
  }

  private func send(_ event: String, _ fields: JSONObject) {
    let pairs: [(String, JSONValue)] = [("event", .string(event))]
    write(
      JSONValue.object(JSONObject(pairs + fields.entries.map { ($0.key, $0.value) })).text + "\n")
  }

  private func inCell(_ fields: JSONObject) -> JSONObject {
    let number = cell.withLock { $0 }
    return JSONObject([("cell", .integer(number))] + fields.entries.map { ($0.key, $0.value) })
  }

  /// The file is named where it is not the script itself: in a module.
  private func fields(_ result: CommandResult) -> JSONObject {
    var fields: JSONObject = ["line": .integer(result.line), "command": .string(result.command)]
    if case .file(let path) = result.file.origin, path != script { fields["file"] = .string(path) }
    fields["value"] = result.value.json
    return fields
  }

  private static func fields(_ progress: SessionEvent.Progress) -> JSONObject {
    var fields: JSONObject = [
      "step": .integer(progress.step), "steps": .integer(progress.stepCount),
      "epoch": Value.json(progress.epoch),
    ]
    fields["loss"] = progress.loss.map(Value.json)
    fields["stepLoss"] = progress.stepLoss.map(Value.json)
    fields["accuracy"] = progress.stepAccuracy.map(Value.json)
    fields["lr"] = progress.learningRate.map(Value.json)
    fields["tokens"] = .integer(progress.tokens)
    fields["tokensPerSecond"] = progress.tokensPerSecond.map(Value.json)
    fields["devLoss"] = progress.devLoss.map(Value.json)
    return fields
  }

  private static func fields(_ problem: Diagnostic) -> JSONObject {
    var fields: JSONObject = [:]
    fields["code"] = problem.code.map { .string($0.id) }
    fields["message"] = .string(problem.message)
    if let label = problem.primary {
      let start = label.span.start
      if case .file(let path) = label.file.origin { fields["file"] = .string(path) }
      fields["line"] = .integer(label.file.line(at: start))
      fields["column"] = .integer(label.file.column(at: start))
    }
    if !problem.hints.isEmpty {
      fields["hints"] = .array(problem.hints.map { .string("\($0.label): \($0.text)") })
    }
    return fields
  }
}
