package import Datasets
import Language
import Models
import Reporting
package import Session

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
    let name = resources.modelNames.first ?? "\"folder\""
    throw Diagnostic(
      code: .missingNeed, "`\(command)` needs a model, and none is loaded.",
      hints: [.type("load model \(name)")])
  }

  /// Runs `body` with the model as it was loaded.
  func asBase<Result>(_ model: LoadedModel, _ body: () throws -> Result) throws -> Result {
    do { return try model.asBase(body) } catch let error as ModelError { throw Diagnostic(error) }
  }

  func neededData(_ command: String) throws(Diagnostic) -> LoadedData {
    if let currentData { return currentData }
    throw Diagnostic(
      code: .missingNeed, "`\(command)` needs data, and none is loaded.",
      hints: [.type("load data \"support.jsonl\" split 90/10")])
  }

  /// The data that a name means, and the part of it when it names one.
  func dataAndPart(named name: String) -> (data: LoadedData, part: String?)? {
    let parts = name.split(separator: ".").map(String.init)
    guard let first = parts.first, parts.count <= 2 else { return nil }
    if parts.count == 1, let currentData, currentData.part(first) != nil {
      return (currentData, first)
    }
    guard let owner = first == "data" ? currentData : data.first(where: { $0.name == first }) else {
      return nil
    }
    guard parts.count == 2 else { return (owner, nil) }
    return owner.part(parts[1]) == nil ? nil : (owner, parts[1])
  }

  /// The rows that a name means: `dev`, `support`, `support.train`, `data.dev`.
  package func examples(named name: String) -> [Example]? {
    guard let (data, part) = dataAndPart(named: name) else { return nil }
    return part.map { data.part($0) ?? [] } ?? data.dataset.examples
  }

  /// The data a command's slot names, and the part of it; the current data when the slot is empty.
  func neededData(
    _ call: Call, slot: String
  ) throws(Diagnostic) -> (data: LoadedData, part: String?) {
    let current = try neededData(call.signature.name)
    guard let name = call.name(slot) else { return (current, nil) }
    guard let found = dataAndPart(named: name) else {
      throw unknownData(name, call, slot: slot)
    }
    return found
  }

  private func unknownData(_ name: String, _ call: Call, slot: String) -> Diagnostic {
    let known = data.map(\.name) + ["train", "dev", "test"]
    return Diagnostic(
      code: .unknownModelOrData, "there is no data called `\(name)`.",
      at: call.label(slot, "loaded: " + data.map(\.name).joined(separator: ", ")),
      hints: Suggestion.nearest(to: name, among: known).map { [.help("did you mean `\($0)`?")] }
        ?? [])
  }

  /// The rows a command's slot names, or those of `fallback`; at least one.
  func neededExamples(_ call: Call, slot: String, fallback: String) throws(Diagnostic)
    -> (name: String, examples: [Example])
  {
    let loaded = try neededData(call.signature.name)
    let name = call.name(slot) ?? fallback
    guard let examples = examples(named: name) else {
      throw unknownData(name, call, slot: slot)
    }
    guard !examples.isEmpty else {
      let split = name.hasSuffix("test") ? "80/10/10" : "90/10"
      throw Diagnostic(
        code: .noRows, "`\(name)` has no rows: the data was not split so.",
        at: call.slot(slot) == nil ? nil : call.label(slot),
        hints: [.type("load data \"\(loaded.dataset.file)\" split \(split)")])
    }
    return (name, examples)
  }
}

extension DiagnosticCode {
  static let missingNeed = DiagnosticCode(
    "L130", "something is missing that the command needs",
    "Commands say what must be there before they run: a model, data, a run. Nothing was started.")
}
