import CPU
import Checkpoints
package import Datasets
import Foundation
package import Models
package import Serialization
import Tensors

/// A tiny random model, and what PyTorch, transformers and peft make of it.
///
/// Made by scripts/dev/fixtures/models.py; losses and gradients are computed in float64 there.
package struct GoldenModel: Sendable, CustomStringConvertible {
  /// The folder's name.
  package let description: String

  /// The one in a folder of this name.
  package init(description: String) { self.description = description }

  /// The output head is the embedding table.
  package static let tied = GoldenModel(description: "llama-tied")
  /// The head is a matrix of its own, and a head's width is not hidden size / heads.
  package static let untied = GoldenModel(description: "llama-untied")
  package static let all = [tied, untied]
  /// Positions of its sequences of more than 32 tokens turn otherwise than those of shorter ones.
  package static let longrope = GoldenModel(description: "phi3")
  /// Families and forms of them: every other folder with a config.
  package static let families = folders(with: "config.json").filter { golden in
    !all.contains { $0.description == golden.description }
  }
  /// Those that compute something of their own, with the gradient of every weight.
  package static let withGradients = families.filter { golden in
    (try? golden.names("gradient/").isEmpty) == false
  }
  /// Convolutions take the place of attention in two of its three layers.
  package static let convolved = GoldenModel(description: "lfm2")
  /// States take the place of attention in two of its three layers.
  package static let withStates = GoldenModel(description: "qwen3_5")
  /// Every trait of llama's kind at once but the norms of queries and keys.
  package static let gemma2 = GoldenModel(description: "gemma2")

  /// Adapters that peft wrote in forms beside plain LoRA, or of other families, each with values of
  /// its base model under it.
  package static let adapters = folders(with: "adapter_config.json")
  /// Those on the tensors of all experts, which are read as one for each layer of each.
  package static let adaptersOfExperts =
    ["adapter-gpt_oss", "adapter-qwen3_moe", "adapter-router-gpt_oss"].map(GoldenModel.init)
    + adapters.filter { $0.description.hasPrefix("adapter-all-") }
  /// One with a module for each layer of each expert, as transformers 4 had them.
  package static let oldAdapter = GoldenModel(description: "adapter-old-mixtral")
  /// Those whose learned tensors are those of the file.
  package static let plainAdapters = adapters.filter { golden in
    !(adaptersOfExperts + [oldAdapter]).contains { $0.description == golden.description }
  }

  private static func folders(with file: String) -> [GoldenModel] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: fixtures)) ?? []
    return names.sorted()
      .filter { FileManager.default.fileExists(atPath: "\(fixtures)/\($0)/\(file)") }
      .map(GoldenModel.init)
  }

  /// The model that an adapter of ``adapters`` belongs to.
  package func baseModel() throws -> Transformer {
    let name = try AdapterDirectory(path: path).config.baseModel ?? ""
    return try GoldenModel(description: name).model()
  }

  /// The model's folder.
  package var path: String { Self.fixtures + "/" + description }

  /// The folder of all golden files.
  package static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures").path(percentEncoded: false)

  /// The folder of a LoRA adapter that peft wrote.
  package var adapterPath: String { path + "/adapter" }

  /// Reads config.json.
  package func config() throws -> ModelConfig {
    try ModelConfig(fileContents: bytes("config.json"), path: path + "/config.json")
  }

  /// Reads the model; each call gives another copy.
  package func model() throws -> Transformer {
    let weights = try Safetensors(path: path + "/model.safetensors")
    let config = try config()
    let stored = config.storedNames(among: weights.names)
    return try Transformer(config: config) { (plan) throws(CheckpointError) in
      let name = stored[plan.name] ?? plan.name
      let tensor =
        if let (part, whole) = config.part(of: plan, storedAs: name) {
          try weights.tensor(part, of: name, shape: whole, on: CPUDevice())
        } else {
          try weights.tensor(named: name, shape: plan.shapeInFiles)
        }
      return .dense(plan.isTurnedInFiles ? tensor.turned : tensor)
    }
  }

  /// The sequences that the losses and gradients are of.
  package func examples() throws -> [EncodedExample] {
    let sequences = try golden()["sequences"]?.array ?? []
    return sequences.enumerated().map { row, sequence in
      let ids = (sequence["ids"]?.array ?? []).compactMap { $0.int.map(Int32.init) }
      let first = sequence["trained_from"]?.int ?? 0
      return EncodedExample(ids: ids, lossMask: ids.indices.map { $0 >= first }, row: row)
    }
  }

  /// A number of golden.json, such as `loss`.
  package func number(_ key: String) throws -> Double {
    guard let number = try golden()[key]?.double else { throw Missing(name: key) }
    return number
  }

  /// A text of golden.json, such as `base`.
  package func text(_ key: String) throws -> String {
    guard let text = try golden()[key]?.string else { throw Missing(name: key) }
    return text
  }

  /// The elements of a list of golden.json.
  package func list(_ key: String) throws -> [JSONValue] {
    guard let list = try golden()[key]?.array else { throw Missing(name: key) }
    return list
  }

  /// A list of golden.json, such as `losses`.
  package func numbers(_ key: String) throws -> [Double] {
    guard let list = try golden()[key]?.array else { throw Missing(name: key) }
    return list.compactMap(\.double)
  }

  /// The values of a tensor of golden.safetensors, such as `logits`.
  package func values(_ name: String) throws -> [Float] {
    try Safetensors(path: path + "/golden.safetensors").tensor(named: name).values
  }

  /// The sizes of a tensor of golden.safetensors.
  package func shape(_ name: String) throws -> [Int] {
    try Safetensors(path: path + "/golden.safetensors").entry(named: name)?.shape ?? []
  }

  /// The names after `prefix` of the tensors of golden.safetensors that begin with it, sorted.
  package func names(_ prefix: String) throws -> [String] {
    try Safetensors(path: path + "/golden.safetensors").names
      .filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  private func golden() throws -> JSONValue { try JSONValue(parsing: bytes("golden.json")) }

  private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path + "/" + name)))
  }

  /// A value that a fixture should have and has not.
  private struct Missing: Error {
    let name: String
  }
}
