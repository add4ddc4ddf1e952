import Checkpoints
package import Datasets
import Foundation
package import Models
import Serialization
import Tensors

/// What transformers and peft make of a head that chooses labels: a case of
/// scripts/dev/fixtures/classify.py.
package struct GoldenClassifier: Sendable, CustomStringConvertible {
  /// The case's name, such as `several-bert-adapter`, or that of a family's folder.
  package let description: String

  private static var path: String { GoldenModel.fixtures + "/classify" }

  /// Every case of a training, in the order of the script.
  package static let all = keys("cases").map(GoldenClassifier.init)
  /// A head on each folder of which transformers has such a class.
  package static let families: [GoldenClassifier] = {
    let names = (try? file())?["families"]?.array ?? []
    return names.compactMap(\.string).map(GoldenClassifier.init)
  }()

  private init(_ description: String) { self.description = description }

  /// The learning rate of the steps.
  package static func rate() throws -> Double { try file()["rate"]?.double ?? .nan }

  /// The folder of the adapter that is trained; nil where every weight is.
  package func adapterPath() throws -> String? {
    try fields()["adapter"]?.bool == true ? Self.path + "/" + description : nil
  }

  /// What a text has of the labels.
  package func kind() throws -> LabelSet.Kind {
    LabelSet.Kind(rawValue: try fields()["kind"]?.string ?? "") ?? .one
  }

  /// The weights of the labels; nil where all are the same.
  package func weights() throws -> [Double]? {
    try fields()["weights"]?.array.map { $0.compactMap(\.double) }
  }

  /// The model with its head as it was drawn.
  package func model() throws -> Transformer {
    let kind = try kind()
    let count = kind == .number ? 1 : try Self.file()["labels"]?.int ?? 0
    let base = try fields()["base"]?.string ?? description
    let model =
      base.hasPrefix("encoders/")
      ? try GoldenEncoder(description: String(base.dropFirst("encoders/".count))).model()
      : try GoldenModel(description: base).model()
    let problem: LabelTask.Kind =
      switch kind {
      case .one: .one
      case .several: .several
      case .number: .number
      }
    let config = try model.config.labelled((0..<count).map { "LABEL_\($0)" }, problem)
    return Transformer(model, config: config, head: try head())
  }

  /// The head's tensors, by name.
  private func head() throws -> [String: Tensor] {
    let file = try Safetensors(path: Self.path + "/golden.safetensors")
    let prefix = prefix + "head/"
    let names = file.names.filter { $0.hasPrefix(prefix) }
    return Dictionary(
      uniqueKeysWithValues: try names.map {
        (String($0.dropFirst(prefix.count)), try file.tensor(named: $0))
      })
  }

  /// The texts with what they have of the labels.
  package func examples() throws -> [EncodedExample] {
    let file = try Self.file()
    let kind = try kind()
    let targets = file[kind.rawValue]?.array ?? []
    return zip(file["texts"]?.array ?? [], targets).enumerated().map { row, pair in
      let ids = (pair.0.array ?? []).compactMap { $0.int.map(Int32.init) }
      let target: EncodedExample.LabelTarget =
        switch kind {
        case .one: .one(pair.1.int ?? 0)
        case .several: .several((pair.1.array ?? []).compactMap(\.int))
        case .number: .number(pair.1.double ?? 0)
        }
      return EncodedExample(
        ids: ids, lossMask: ids.map { _ in false }, row: row, goal: .label(target))
    }
  }

  /// The scores of each text before the first step.
  package func scores() throws -> [[Float]] {
    try examples().indices.map { try values("scores/\($0)") }
  }

  /// The loss of each step.
  package func losses() throws -> [Double] {
    (try fields()["losses"]?.array ?? []).compactMap(\.double)
  }

  /// The weights whose gradients before the first step are kept.
  package func gradients() throws -> [(name: String, values: [Float])] {
    let file = try Safetensors(path: Self.path + "/golden.safetensors")
    let prefix = prefix + "gradient/"
    return try file.names.filter { $0.hasPrefix(prefix) }.map {
      (String($0.dropFirst(prefix.count)), try file.tensor(named: $0).values)
    }
  }

  private var prefix: String {
    let isCase = Self.all.contains { $0.description == description }
    return (isCase ? "" : "family-") + description + "/"
  }

  private func values(_ name: String) throws -> [Float] {
    try Safetensors(path: Self.path + "/golden.safetensors").tensor(named: prefix + name).values
  }

  private func fields() throws -> JSONValue {
    try Self.file()["cases"]?[description] ?? [:]
  }

  private static func keys(_ name: String) -> [String] {
    (try? file())?[name]?.object?.keys ?? []
  }

  private static func file() throws -> JSONValue {
    let bytes = try Data(contentsOf: URL(filePath: path + "/golden.json"))
    return try JSONValue(parsing: [UInt8](bytes))
  }
}
