package import Language
import Reporting
import Runs
package import Session

/// The command `runs where dev.loss < 1.5 order by dev.loss`.
package struct ListRuns: Command {
  package static let signature = Signature(
    "runs", "List the trainings that were recorded in this folder.",
    details: [
      "Every training is written down in `.tunebook/runs.sqlite`: its script, settings, hashes of "
        + "what it read, losses, events and what was saved of it. After `where` and `order by` its "
        + "fields go by name: `loss`, `dev.loss`, `dev.accuracy`, `steps`, `lr`, `seed`, `model`, "
        + "`data`, `state`, `started`, `seconds`, and every setting. A run that has no such number is "
        + "left out by a comparison."
    ],
    patterns: [RunSelection.pattern], slots: RunSelection.slots,
    synonyms: ["experiments", "logs"],
    result: [.init("count", "how many runs"), .init("runs", "a record each, `dev` in it another")],
    examples: [
      "runs", "runs where dev.loss < 9 order by dev.loss", "runs where rank == 8 limit 5",
      "runs order by started descending limit 3",
    ],
    seeAlso: ["show run", "compare run", "plot runs", "save runs", "save report"])

  // The record is the first worker's.
  package static let isOfFirstWorker = true

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let runs = try await RunSelection.runs(call, in: session)
    session.show(
      .report(runs.isEmpty ? .text("no run fits the condition") : .table(table(runs))))
    return .record([
      "count": .integer(runs.count), "runs": .list(runs.map { .record($0.record) }),
    ])
  }

  /// A line a run.
  static func table(_ runs: [RecordedRun]) -> Table {
    var table = Table(columns: [
      .init("run", .right), .init("started"), .init("state"), .init("model"), .init("data"),
      .init("lr", .right), .init("steps", .right), .init("loss", .right), .init("dev", .right),
      .init("time", .right),
    ])
    for run in runs {
      table.append([
        .quantity(Quantity(Double(run.number), .exact)), .text(run.startedText),
        .text(run.state.word), .text(run.model), .text(run.data),
        .text(Wording.digits(run.learningRate)), .quantity(.count(run.steps)),
        cell(run.loss, .loss), cell(run.devLoss, .loss), cell(run.seconds, .seconds),
      ])
    }
    return table
  }

  private static func cell(_ number: Double?, _ unit: Quantity.Unit) -> Table.Cell {
    number.map { .quantity(Quantity($0, unit)) } ?? .empty
  }
}
