import Checkpoints
package import Datasets
import Foundation
package import Models
package import Objectives
import Serialization
import Tensors

/// What sentence-transformers makes of training texts' vectors: a case of
/// scripts/dev/fixtures/retrieve.py.
package struct GoldenSentences: Sendable, CustomStringConvertible {
  /// The case's name, such as `widths-bert-adapter`.
  package let description: String

  private static var path: String { GoldenModel.fixtures + "/retrieve" }

  /// Every case, in the order of the script.
  package static let all = ((try? file())?["cases"]?.object?.keys ?? []).map(GoldenSentences.init)

  private init(_ description: String) { self.description = description }

  /// The learning rate of the steps.
  package static func rate() throws -> Double { try file()["rate"]?.double ?? .nan }

  /// The folder of the adapter that is trained; nil where every weight is.
  package func adapterPath() throws -> String? {
    try fields()["adapter"]?.bool == true ? Self.path + "/" + description : nil
  }

  /// What is taught, in batches of `batchSize` rows.
  package func objective(batchSize: Int = 8) throws -> any Objective {
    let fields = try fields()
    if fields["alike"] != nil { return Similarity() }
    return Retrieve(
      scale: fields["scale"]?.double ?? 20,
      widths: (fields["widths"]?.array ?? []).compactMap(\.int), batchSize: batchSize)
  }

  /// The model with what makes vectors of its states.
  package func model() throws -> Transformer {
    let base = try fields()["base"]?.string ?? ""
    let model =
      base.hasPrefix("encoders/")
      ? try GoldenEncoder(description: String(base.dropFirst("encoders/".count))).model()
      : try GoldenModel(description: base).model()
    model.sentences = try SentenceHead(try plan(), of: model)
    return model
  }

  private func plan() throws -> SentencePlan {
    let fields = try fields()
    var plan = SentencePlan()
    let names =
      fields["pooling"]?.array?.compactMap(\.string) ?? fields["pooling"].map { [$0.string ?? ""] }
    if let names { plan.poolings = names.compactMap(SentencePlan.Pooling.init) }
    if fields["dense"] != nil {
      return try SentencePlan(folder: Self.path + "/dense") ?? plan
    }
    if fields["normalize"] != nil { plan.steps.append(.normalize) }
    return plan
  }

  /// The rows of texts.
  package func examples() throws -> [EncodedExample] {
    let (file, fields) = (try Self.file(), try fields())
    let scores = (file["scores"]?.array ?? []).compactMap(\.double)
    return (file["rows"]?.array ?? []).enumerated().map { row, value in
      let texts = (value.array ?? []).map { ($0.array ?? []).compactMap { $0.int.map(Int32.init) } }
      let negatives = fields["negatives"]?.int ?? 0
      return EncodedExample(
        ids: texts[0], lossMask: texts[0].map { _ in false }, row: row,
        goal: fields["alike"] == nil
          ? .match(positive: texts[1], negatives: Array(texts[2..<2 + negatives]))
          : .alike(texts[1], score: scores[row]))
    }
  }

  /// The loss of each step.
  package func losses() throws -> [Double] {
    (try fields()["losses"]?.array ?? []).compactMap(\.double)
  }

  /// The weights whose gradients before the first step are kept, by the end of their name.
  package func gradients() throws -> [(name: String, values: [Float])] {
    let file = try Safetensors(path: Self.path + "/golden.safetensors")
    let prefix = description + "/gradient/"
    return try file.names.filter { $0.hasPrefix(prefix) }.map { name in
      let own = name.dropFirst(prefix.count)
      let adapted =
        own.hasPrefix("base_model.model.") ? own.dropFirst("base_model.model.".count) : own
      return (String(adapted), try file.tensor(named: name).values)
    }
  }

  private func fields() throws -> JSONValue {
    try Self.file()["cases"]?[description] ?? [:]
  }

  private static func file() throws -> JSONValue {
    let bytes = try Data(contentsOf: URL(filePath: path + "/golden.json"))
    return try JSONValue(parsing: [UInt8](bytes))
  }
}
