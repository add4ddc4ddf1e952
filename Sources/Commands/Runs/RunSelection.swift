import Language
import Reporting
import Runs
import Session

/// The runs that a command means, as in `runs where dev.loss < 1.5 order by dev.loss`.
enum RunSelection {
  /// What patterns of such commands end with.
  static let pattern =
    "[where <filter:rowExpr>] [order by <key:rowExpr> [descending]] [limit <most:int>]"

  /// What is to be said of its slots.
  static let slots: [String: SlotRule] = [
    "filter": .names(RecordedRun.knownNames).about(
      "over fields of a run, such as `dev.loss < 1.5`"),
    "key": .names(RecordedRun.knownNames).about("such as `dev.loss`"),
    "most": .range(1...1_000_000),
  ]

  /// Reads the runs of a call.
  static func runs(_ call: Call, in session: isolated Session) async throws -> [RecordedRun] {
    var runs = try session.fromRecord { (store) throws(RunStoreError) in try store.runs() }
    if let filter = call.row("filter") {
      var kept: [RecordedRun] = []
      for run in runs {
        guard case .bool(let holds) = try await filter.evaluate(run) else {
          throw Diagnostic(
            code: .unfitOperator, "the condition after `where` is true or false for each run.",
            at: call.label("filter"))
        }
        if holds { kept.append(run) }
      }
      runs = kept
    }
    if let key = call.row("key") {
      runs = try await sorted(runs, by: key, call)
      if call.has("descending") { runs.reverse() }
    }
    return Array(runs.prefix(call.int("most") ?? runs.count))
  }

  /// The runs in the order of a key; those without one are last, and equal ones stay in order.
  private static func sorted(
    _ runs: [RecordedRun], by key: RowExpression, _ call: Call
  ) async throws -> [RecordedRun] {
    var keyed: [(run: RecordedRun, number: Double, text: String)] = []
    for run in runs {
      switch try await key.evaluate(run) {
      case .number(let number): keyed.append((run, number.isNaN ? .infinity : number, ""))
      case .string(let text): keyed.append((run, 0, text))
      case let other:
        throw Diagnostic(
          code: .unfitOperator, "runs are ordered by a number or a text, not by \(other.kindName).",
          at: call.label("key"))
      }
    }
    return keyed.enumerated().sorted {
      ($0.element.number, $0.element.text, $0.offset) < (
        $1.element.number, $1.element.text, $1.offset
      )
    }.map(\.element.run)
  }
}

extension RowExpression {
  /// The value for a run, whose fields it may call by name.
  fileprivate func evaluate(_ run: RecordedRun) async throws -> Value {
    try await evaluate(row: .record(run.record), names: run.names)
  }
}

extension Session {
  /// Asks the record of runs.
  func fromRecord<Result>(
    _ question: (RunStore) throws(RunStoreError) -> Result
  ) throws(Diagnostic) -> Result {
    do throws(RunStoreError) { return try question(try recordedRuns()) } catch {
      throw Diagnostic(error)
    }
  }
}

extension RunStoreError {
  /// What is told of a training that goes on without its record.
  var note: Diagnostic {
    var note = diagnostic
    note.severity = .note
    note.message = "this training is not recorded: " + note.message
    return note
  }
}
