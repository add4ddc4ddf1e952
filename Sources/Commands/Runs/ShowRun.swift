package import Language
import Reporting
import Runs
package import Session

/// The command `show run last`.
package struct ShowRun: Command {
  package static let signature = Signature(
    "show run", "Look at one recorded training: what it was, what it did, what came of it.",
    patterns: ["(last | <number:int>)"],
    slots: ["number": .range(1...1_000_000_000).about("as `runs` lists them")],
    result: [
      .init("id", "its number"), .init("state", "how it ended, or stands"),
      .init("steps", "steps recorded"), .init("loss", "mean loss of its last steps"),
      .init("dev_loss", "loss on dev of the weights kept", when: "with dev rows"),
    ],
    examples: ["show run last", "show run 1"], seeAlso: ["runs", "compare run", "plot runs"])

  // The record is the first worker's.
  package static let isOfFirstWorker = true

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let (run, details) = try session.fromRecord { (store) throws(RunStoreError) in
      let run = try store.run(call.int("number"))
      return (run, try store.details(of: run))
    }
    session.show(.report(.group(reports(run, details))))
    var value: Record = [
      "id": .integer(run.number), "state": .string(run.state.word), "steps": .integer(run.steps),
      "loss": run.loss.map { .number($0) } ?? .null,
    ]
    if let loss = run.devLoss { value["dev_loss"] = .number(loss) }
    return .record(value)
  }

  /// The kinds of events that changed the course of a training, or say where it went wrong.
  private static let turns: Set = ["set", "jumped", "diverged"]

  /// All that there is to say about a run.
  static func reports(_ run: RecordedRun, _ details: RunDetails) -> [Report] {
    var reports: [Report] = [.fields(fields(run, details))]
    if !details.steps.isEmpty { reports.append(.chart(run.chart(details))) }
    let turns = details.events.filter { Self.turns.contains($0.kind) }
    if !turns.isEmpty {
      reports.append(
        .table(
          Table(
            title: "on the way", columns: [.init("step", .right), .init("what"), .init("")],
            rows: turns.suffix(20).map {
              [.quantity(.count($0.step)), .text($0.kind), .text(Wording.oneLine($0.text))]
            })))
    }
    if !details.samples.isEmpty {
      reports.append(
        .table(
          Table(
            title: "answers on the way",
            columns: [.init("step", .right), .init("prompt"), .init("answer")],
            rows: details.samples.suffix(5).map {
              [
                .quantity(.count($0.step)), .text(Wording.oneLine($0.prompt)),
                .text(Wording.oneLine($0.answer)),
              ]
            })))
    }
    return reports
  }

  private static func fields(_ run: RecordedRun, _ details: RunDetails) -> [Report.Field] {
    var fields: [Report.Field] = [
      .init("run", .quantity(Quantity(Double(run.number), .exact))),
      .init("started", .text(run.startedText), isVolatile: true),
      .init("state", .text("\(run.state.word), \(run.steps) of \(run.plannedSteps) steps")),
      .init("command", .text(run.command)),
    ]
    if let script = run.script {
      fields.append(.init("script", .text("\(script.name), sha256 \(script.sha256)")))
    }
    fields += [
      .init("trained", .text("\(run.model) on \(run.data)")),
      .init("numbers trained", .quantity(.count(run.parameterCount))),
    ]
    if let proof = details.events.first(where: { $0.kind == RunLog.provedEvent }) {
      fields.append(.init("rows", .text(proof.text)))
    }
    if let loss = run.loss { fields.append(.init("loss", .quantity(Quantity(loss, .loss)))) }
    if let loss = run.devLoss {
      var text = Quantity(loss, .loss).text
      if let step = run.keptStep { text += ", of the weights of step \(step)" }
      fields.append(.init("loss on dev", .text(text)))
    }
    fields.append(.init("settings", .text(settings(run))))
    for input in details.inputs {
      let hash = input.sha256.map { "sha256 \($0)" } ?? "changed after it was read"
      fields.append(.init("\(input.kind) \(input.name)", .text(hash)))
    }
    for artefact in details.artefacts {
      let hash = artefact.sha256.map { ", sha256 \($0)" } ?? ""
      fields.append(.init(artefact.kind, .text(artefact.path + hash)))
    }
    if let folder = run.folder { fields.append(.init("state kept in", .text(folder))) }
    let machine = run.machine
    fields += [
      .init("ft", .text(machine.version)),
      .init(
        "machine",
        .text(
          "\(run.host), \(run.processor), \(machine.device), \(machine.vectorPath), "
            + Wording.count(machine.threadCount, "thread")), isVolatile: true),
    ]
    if let seconds = run.seconds {
      fields.append(.init("time", .quantity(Quantity(seconds, .seconds)), isVolatile: true))
    }
    return fields
  }

  /// What was set or chosen; the rest is as it is when nothing is set.
  private static func settings(_ run: RecordedRun) -> String {
    let told = run.settings.filter { $0.origin != .fallback }
    guard !told.isEmpty else { return "none set" }
    return told.map { setting in
      "\(setting.name) \(setting.value)" + (setting.origin == .chosen ? " (chosen)" : "")
    }.joined(separator: ", ")
  }
}

extension RecordedRun {
  /// Its losses over its steps.
  func chart(_ details: RunDetails) -> Chart {
    var series = [
      Series("train", details.steps.map { .init(x: Double($0.step), y: $0.loss) })
    ]
    if !details.evaluations.isEmpty {
      series.append(
        Series("dev", details.evaluations.map { .init(x: Double($0.step), y: $0.loss) }))
    }
    return Chart("loss of run \(number)", x: "step", y: "nats per token", series)
  }
}
