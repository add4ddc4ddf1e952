import Checkpoints
package import Language
import Reporting
import Runs
package import Session

/// The losses of several runs in one picture.
enum RunCurves {
  /// A line a run: its losses on dev, or where it measured none, those of its steps.
  static func chart(_ runs: some Sequence<(RecordedRun, RunDetails)>, title: String) -> Chart {
    let runs = Array(runs)
    let haveDev = runs.allSatisfy { $0.1.evaluations.count > 1 }
    let series = runs.map { run, details in
      Series(
        "run \(run.number)",
        haveDev
          ? details.evaluations.map { .init(x: Double($0.step), y: $0.loss) }
          : details.steps.map { .init(x: Double($0.step), y: $0.loss) })
    }
    return Chart(
      haveDev ? title + " on dev" : title, x: "step", y: "nats per token", series)
  }
}

/// The command `plot runs`.
package struct PlotRuns: Command {
  package static let signature = Signature(
    "plot runs", "Draw the losses of recorded trainings over each other.",
    details: [
      "The losses on dev when all of them measured it more than once, else those of the steps. Of "
        + "more than eight runs the last eight of the list are drawn."
    ],
    patterns: [RunSelection.pattern + " [to <file:output>]"],
    slots: RunSelection.slots.merging(["file": .about("an SVG file, such as \"runs.svg\"")]) { $1 },
    effects: ["file"],
    result: [
      .init("runs", "how many were drawn"), .init("path", "the file", when: "with `to`"),
    ],
    examples: [
      "plot runs", "plot runs where dev.loss < 9 order by dev.loss limit 3 to \"out/runs.svg\"",
      "plot runs order by loss descending",
    ],
    seeAlso: ["runs", "compare run", "plot"])

  /// More lines cannot be told apart.
  static let most = 8

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let runs = try await RunSelection.runs(call, in: session).suffix(most)
    guard !runs.isEmpty else {
      session.show(.report(.text("no run fits the condition")))
      return .record(["runs": .integer(0)])
    }
    let drawn = try session.fromRecord { (store) throws(RunStoreError) in
      try runs.map { (run) throws(RunStoreError) in (run, try store.details(of: run)) }
    }
    let chart = RunCurves.chart(drawn, title: "loss of runs")
    session.show(.report(.chart(chart)))
    var value: Record = ["runs": .integer(drawn.count)]
    if let path = call.text("file") {
      try session.write(Figure(chart).svg, to: path)
      value["path"] = .string(path)
    }
    return .record(value)
  }
}

extension Session {
  /// Writes a text whole or not at all, with the folder that it lies in, and tells where.
  func write(_ text: String, to path: String) throws(Diagnostic) {
    do throws(CheckpointError) {
      try makeFolder(around: path)
      try AtomicFile.write(Array(text.utf8), to: path)
    } catch { throw Diagnostic(error) }
    show(.report(.text("saved \(path)")))
  }
}
