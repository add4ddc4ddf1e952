import Datasets
import Language
import Models
import Reporting
import Session

/// What commands ask of a session before they can work.
extension Session {
  /// Refuses a command whose `needs` are not there.
  func checkNeeds(_ call: Call) throws {
    for need in call.signature.needs {
      if need.name == "model" { _ = try neededModel(call.signature.name) }
      if need.name == "data" { _ = try neededData(call.signature.name) }
    }
  }

  func neededModel(_ command: String) throws(Diagnostic) -> LoadedModel {
    if let model { return model }
    throw noModel(command)
  }

  func noModel(_ command: String) -> Diagnostic {
    let name = resources.modelNames.first ?? "\"folder\""
    return Diagnostic(
      code: .missingNeed, "`\(command)` needs a model, and none is loaded.",
      hints: [.type("load model \(name)")])
  }

  /// The error of a command that needs a model which writes.
  func cannotWrite(_ command: String, _ task: HeadTask, _ model: String) -> Diagnostic {
    let name = resources.modelNames.first ?? "\"folder\""
    let isOfLabels = if case .labels(let labels) = task { labels.isOfTexts } else { false }
    return Diagnostic(
      code: .missingNeed,
      "`\(command)` needs a model that writes text; \(model) \(task.sentence).",
      hints: [
        isOfLabels
          ? .type("classify \"A cat sat there.\"", remark: "the label of a text")
          : .type("embed \"A cat sat there.\"", remark: "the vector of a text"),
        .type("load model \(name)", remark: "a model that writes"),
      ])
  }

  func neededData(_ command: String) throws(Diagnostic) -> LoadedData {
    if let currentData { return currentData }
    throw noData(command)
  }

  func noData(_ command: String) -> Diagnostic {
    Diagnostic(
      code: .missingNeed, "`\(command)` needs data, and none is loaded.",
      hints: [.type("load data \"support.jsonl\" split 90/10")])
  }

  /// The data a command's slot names, and the part of it; the current data when the slot is empty.
  func neededData(
    _ call: Call, slot: String
  ) throws(Diagnostic) -> (data: LoadedData, part: String?) {
    let current = try neededData(call.signature.name)
    guard let name = call.name(slot) else { return (current, nil) }
    guard let found = dataAndPart(named: name) else {
      let known = data.map(\.name)
      throw unknownData(name, known: known, at: call.label(slot, Self.loaded(known)))
    }
    return found
  }

  /// The data a command's slot names, where that must not be a part of it; the current data when the slot
  /// is empty.
  ///
  /// `reason` says why not, and `instead` what to type, given the data's name.
  func neededWholeData(
    _ call: Call, slot: String = "data", because reason: String, instead: (String) -> String
  ) throws(Diagnostic) -> LoadedData {
    let (data, part) = try neededData(call, slot: slot)
    guard part == nil else {
      throw Diagnostic(
        code: .unknownModelOrData, reason, at: call.label(slot),
        hints: [.type(instead(data.name))])
    }
    return data
  }

  func unknownData(
    _ name: String, known: [String], at label: Diagnostic.Label
  ) -> Diagnostic {
    let near = Suggestion.nearest(to: name, among: known + LoadedData.partNames)
    return Diagnostic(
      code: .unknownModelOrData, "there is no data called `\(name)`.", at: label,
      hints: near.map { [.help("did you mean `\($0)`?")] } ?? [])
  }

  static func loaded(_ names: [String]) -> String { "loaded: " + names.joined(separator: ", ") }

  func noRows(_ name: String, file: String, at label: Diagnostic.Label?) -> Diagnostic {
    let split = name.hasSuffix("test") ? "80/10/10" : "90/10"
    return Diagnostic(
      code: .noRows, "`\(name)` has no rows: the data was not split so.", at: label,
      hints: [.type("load data \"\(file)\" split \(split)")])
  }

  /// The rows a command's slot names, or those of `fallback`; at least one.
  func neededExamples(
    _ call: Call, slot: String, fallback: String
  ) throws(SessionError) -> (name: String, examples: [Example]) {
    let name = call.name(slot) ?? fallback
    return (name, try rows(named: name))
  }
}

extension DiagnosticCode {
  static let missingNeed = DiagnosticCode(
    "L130", "something is missing that the command needs",
    "Commands say what must be there before they run: a model, data, a run. Nothing was started.")
}
