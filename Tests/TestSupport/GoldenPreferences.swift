import Checkpoints
package import Datasets
import Foundation
package import Objectives
import Serialization
import Tensors

/// What TRL's trainers make of a few rows with preferences: a case of
/// scripts/dev/fixtures/preferences.py.
package struct GoldenPreferences: Sendable, CustomStringConvertible {
  /// The case's name, such as `dpo-adapter`.
  package let description: String

  private static var path: String { GoldenModel.fixtures + "/preferences" }

  /// Every case, by name.
  package static let all: [GoldenPreferences] = {
    let names = (try? file())?["cases"]?.object?.keys ?? []
    return names.map { GoldenPreferences(description: $0) }
  }()

  /// The learning rate of the steps.
  package static func rate() throws -> Double { try number(file()["rate"]) }

  /// What is trained, and the model of before.
  package static let (model, before) = (GoldenModel.tied, GoldenModel.untied)

  /// Whether an adapter is trained rather than every weight.
  package var trainsAdapter: Bool { description.hasSuffix("adapter") }

  /// The objective and its settings.
  package func settings() throws -> ObjectiveSettings {
    var settings = ObjectiveSettings()
    settings.kind = ObjectiveKind(rawValue: String(description.prefix { $0 != "-" }))
    let fields = try fields()
    settings.beta = fields["beta"]?.double
    settings.smoothing = fields["smoothing"]?.double ?? 0
    settings.gamma = fields["gamma"]?.double ?? 0
    settings.goodWeight = fields["good"]?.double ?? 1
    settings.badWeight = fields["bad"]?.double ?? 1
    return settings
  }

  /// The rows; with `sharing`, what two answers begin with is computed once.
  package func examples(sharing: Bool) throws -> [EncodedExample] {
    let isOfVerdicts = try settings().kind == .kto
    let rows = try Self.file()[isOfVerdicts ? "verdicts" : "pairs"]?.array ?? []
    return rows.enumerated().map { row, fields in
      let prompt = Self.ids(fields["prompt"])
      func answer(_ key: String) -> (ids: [Int32], mask: [Bool]) {
        let answer = Self.ids(fields[key])
        return (prompt + answer, prompt.map { _ in false } + answer.map { _ in true })
      }
      let (own, other) = (answer(isOfVerdicts ? "completion" : "chosen"), answer("rejected"))
      return EncodedExample(
        ids: own.ids, lossMask: own.mask, row: row,
        goal: isOfVerdicts
          ? .verdict(isGood: fields["good"]?.bool ?? false, mismatched: nil)
          : .preferred(
            over: OtherAnswer(
              ids: other.ids, lossMask: other.mask, sharedCount: sharing ? prompt.count - 1 : 0)))
    }
  }

  /// The loss of each step.
  package func losses() throws -> [Double] {
    (try fields()["losses"]?.array ?? []).compactMap(\.double)
  }

  /// What the trainer logs of the first step, such as `rewards/margins`; nil where it does not.
  package func logged(_ key: String) throws -> Double? {
    try fields()["logged"]?[key]?.double
  }

  /// The weights whose gradients before the first step are kept.
  package func gradients() throws -> [(name: String, values: [Float])] {
    let file = try Safetensors(path: Self.path + "/golden.safetensors")
    let prefix = description + "/"
    return try file.names.filter { $0.hasPrefix(prefix) }.map { name in
      (String(name.dropFirst(prefix.count)), try file.tensor(named: name).values)
    }
  }

  private func fields() throws -> JSONValue {
    try Self.file()["cases"]?[description] ?? [:]
  }

  private static func file() throws -> JSONValue {
    let bytes = try Data(contentsOf: URL(filePath: path + "/golden.json"))
    return try JSONValue(parsing: [UInt8](bytes))
  }

  private static func ids(_ value: JSONValue?) -> [Int32] {
    (value?.array ?? []).compactMap { $0.int.map(Int32.init) }
  }

  private static func number(_ value: JSONValue?) -> Double { value?.double ?? .nan }
}
