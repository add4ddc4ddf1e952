import Evaluation
package import Language
import Reporting
import Runs
package import Session

/// The command `compare run 3 run 7`.
package struct CompareRuns: Command {
  package static let signature = Signature(
    "compare run", "Hold two recorded trainings against each other.",
    details: [
      "First the settings and inputs that differ, then both curves in one picture. When both "
        + "measured the same rows of dev, the losses of the rows are compared in pairs: what both "
        + "find hard does not blur the difference, and its 95 % interval tells whether it may be "
        + "noise."
    ],
    patterns: ["<first:int> run <second:int>"],
    slots: ["first": .range(1...1_000_000_000), "second": .range(1...1_000_000_000)],
    result: [
      .init("differences", "what differs: `name`, `first` and `second` each"),
      .init("difference", "loss on dev of the second less the first", when: "same dev rows"),
      .init("low", "lower end of its 95 % interval", when: "same dev rows"),
      .init("high", "upper end", when: "same dev rows"),
      .init("better", "whether the whole interval is below 0", when: "same dev rows"),
    ],
    examples: ["compare run 1 run 2"], seeAlso: ["runs", "show run", "compare"])

  // The record is the first worker's.
  package static let isOfFirstWorker = true

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let sides = try session.fromRecord { (store) throws(RunStoreError) in
      try [call.int("first"), call.int("second")].map { (number) throws(RunStoreError) in
        let run = try store.run(number)
        return Side(run: run, details: try store.details(of: run))
      }
    }
    let differences = differences(sides[0], sides[1])
    session.show(.report(report(differences, sides)))
    session.show(.report(.chart(chart(sides))))
    var value: Record = [
      "differences": .list(
        differences.map {
          .record([
            "name": .string($0.name), "first": .string($0.first), "second": .string($0.second),
          ])
        })
    ]
    if let paired = paired(sides[0], sides[1]) {
      session.show(.report(.text(verdict(paired, sides))))
      value["difference"] = .number(paired.mean)
      value["low"] = .number(paired.lower)
      value["high"] = .number(paired.upper)
      value["better"] = .bool(paired.upper < 0)
    } else {
      session.show(.report(.text("they did not measure the same rows of dev")))
    }
    return .record(value)
  }

  fileprivate struct Side {
    let run: RecordedRun
    let details: RunDetails
  }

  private struct Difference {
    let name: String
    let first: String
    let second: String
  }

  private static func differences(_ first: Side, _ second: Side) -> [Difference] {
    let (one, other) = (facts(first), facts(second))
    return one.names.filter { one.values[$0] != other.values[$0] }.map { name in
      Difference(name: name, first: one.values[name] ?? "", second: other.values[name] ?? "none")
    }
      + other.names.filter { one.values[$0] == nil }.map {
        Difference(name: $0, first: "none", second: other.values[$0] ?? "")
      }
  }

  /// What a training goes by, in the order of telling.
  private static func facts(_ side: Side) -> (names: [String], values: [String: String]) {
    let run = side.run
    var facts: [(String, String)] = [
      ("command", run.command), ("model", run.model), ("data", run.data),
    ]
    if let script = run.script { facts.append(("script", String(script.sha256.prefix(12)))) }
    facts += run.settings.map { ($0.name, $0.value) }
    facts += side.details.inputs.map {
      ("\($0.kind) file", "\($0.name) \($0.sha256?.prefix(12) ?? "changed")")
    }
    facts += [("ft", run.machine.version), ("device", run.machine.device)]
    return (facts.map(\.0), Dictionary(facts, uniquingKeysWith: { $0 + ", " + $1 }))
  }

  private static func report(_ differences: [Difference], _ sides: [Side]) -> Report {
    guard !differences.isEmpty else { return .text("the same settings, script and inputs") }
    return .table(
      Table(
        columns: [
          .init("what differs"), .init("run \(sides[0].run.number)"),
          .init("run \(sides[1].run.number)"),
        ],
        rows: differences.map { [.text($0.name), .text($0.first), .text($0.second)] }))
  }

  private static func chart(_ sides: [Side]) -> Chart {
    RunCurves.chart(sides.map { ($0.run, $0.details) }, title: "loss")
  }

  /// The loss of the second less that of the first on the rows of dev that both measured last.
  private static func paired(_ first: Side, _ second: Side) -> Estimate? {
    guard let hash = first.run.devHash, hash == second.run.devHash,
      let one = first.last, let other = second.last, one.tokenCounts == other.tokenCounts,
      one.tokenCounts.count > 1
    else { return nil }
    return other.difference(from: one, seed: 0)
  }

  private static func verdict(_ difference: Estimate, _ sides: [Side]) -> String {
    let ends = [difference.lower, difference.upper].map { Quantity($0, .loss).text }
    let range = "\(Quantity(difference.mean, .loss).text) (\(ends.joined(separator: " to ")))"
    let (first, second) = (sides[0].run.number, sides[1].run.number)
    if difference.upper < 0 {
      return "run \(second) is better on dev: the loss differs by \(range)"
    }
    if difference.lower > 0 { return "run \(first) is better on dev: the loss differs by \(range)" }
    return "no clear difference on dev: the loss differs by \(range), which may be noise"
  }
}

extension CompareRuns.Side {
  /// The measurement of dev of the weights kept, or the last one.
  fileprivate var last: LossReport? {
    let kept = details.evaluations.last { $0.step == run.keptStep } ?? details.evaluations.last
    return kept.map { LossReport(sums: $0.sums, tokenCounts: $0.counts) }
  }
}
