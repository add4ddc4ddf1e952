package import Language
import Reporting
import Runs
import Serialization
package import Session

/// The command `save runs "runs.csv"`.
package struct SaveRuns: Command {
  package static let signature = Signature(
    "save runs", "Write the list of recorded trainings as a table for other programs.",
    details: [
      "A name ending in `.csv` gives a line a run, with every setting in a column of its own; "
        + "`.json` gives a list of objects, with the losses of all steps as well."
    ],
    patterns: ["<file:output> " + RunSelection.pattern],
    slots: RunSelection.slots.merging(["file": .about("a name ending in .csv or .json")]) { $1 },
    effects: ["file"], result: [.init("path", "the file"), .init("runs", "how many")],
    examples: [
      "save runs \"out/runs.csv\"",
      "save runs \"out/runs.json\" where loss < 9 order by loss descending limit 10",
    ],
    seeAlso: ["runs", "save report"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let path = call.text("file") ?? ""
    let runs = try await RunSelection.runs(call, in: session)
    if path.lowercased().hasSuffix(".csv") {
      try session.write(csv(runs), to: path)
    } else if path.lowercased().hasSuffix(".json") {
      let all = try session.fromRecord { (store) throws(RunStoreError) in
        try runs.map { (run) throws(RunStoreError) in json(run, try store.details(of: run)) }
      }
      try session.write(JSONValue.array(all).prettyText + "\n", to: path)
    } else {
      throw Diagnostic(
        code: .unknownTableFormat, "runs are written as .csv or .json, not as \(path).",
        at: call.label("file"), hints: [.type("save runs \"runs.csv\"")])
    }
    return .record(["path": .string(path), "runs": .integer(runs.count)])
  }

  // MARK: CSV

  private static func csv(_ runs: [RecordedRun]) -> String {
    let names = RecordedRun.knownNames.filter { $0 != "dev" && $0 != "settings" }
    let columns = names + ["dev.loss", "dev.accuracy"]
    var lines = [columns]
    for run in runs {
      let record = run.record
      let settings = Dictionary(run.settings.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
      lines.append(
        names.map { name in
          record[name].map(text) ?? settings[name] ?? ""
        } + [run.devLoss, run.devAccuracy].map { $0.map { NumberText.shortest($0) } ?? "" })
    }
    return lines.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
  }

  private static func text(_ value: Value) -> String {
    switch value {
    case .null: ""
    case .string(let text): text
    default: value.source
    }
  }

  private static func quoted(_ text: String) -> String {
    guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  // MARK: JSON

  private static func json(_ run: RecordedRun, _ details: RunDetails) -> JSONValue {
    var object: JSONObject = [:]
    for (name, value) in run.record.fields { object[name] = json(value) }
    object["losses"] = .array(details.steps.map { json(.number($0.loss)) })
    object["evaluations"] = .array(
      details.evaluations.map {
        ["step": .integer($0.step), "loss": .number($0.loss), "accuracy": .number($0.accuracy)]
      })
    object["inputs"] = .array(
      details.inputs.map {
        [
          "kind": .string($0.kind), "name": .string($0.name),
          "sha256": $0.sha256.map { .string($0) } ?? .null,
        ]
      })
    object["artefacts"] = .array(
      details.artefacts.map {
        [
          "kind": .string($0.kind), "path": .string($0.path),
          "sha256": $0.sha256.map { .string($0) } ?? .null,
        ]
      })
    return .object(object)
  }

  private static func json(_ value: Value) -> JSONValue {
    switch value {
    case .number(let number):
      Int(exactly: number).map { .integer($0) } ?? (number.isFinite ? .number(number) : .null)
    case .string(let text): .string(text)
    case .bool(let bool): .bool(bool)
    case .record(let record):
      .object(JSONObject(record.fields.map { ($0.name, json($0.value)) }))
    case .list(let items): .array(items.map(json))
    default: .null
    }
  }
}

extension DiagnosticCode {
  static let unknownTableFormat = DiagnosticCode(
    "L175", "no such form of a table",
    "`save runs` writes a table for other programs: `save runs \"runs.csv\"` a line a run, `save "
      + "runs \"runs.json\"` with the losses of all steps.")
}
