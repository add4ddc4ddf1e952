import Checkpoints
package import Datasets
import Foundation
package import Models
import Serialization
import Tensors

/// A tiny random encoder-decoder, and what PyTorch and transformers make of it.
///
/// Made by scripts/dev/fixtures/pairs.py; all but the weights and the greedy tokens is computed in
/// float64 there.
package struct GoldenPair: GoldenFolder, Sendable, CustomStringConvertible {
  /// The folder's name.
  package let description: String

  /// Every one.
  package static let all = folders.map(GoldenPair.init)

  /// Those with an adapter that peft wrote.
  package static let adapted = all.filter {
    FileManager.default.fileExists(atPath: $0.adapterPath)
  }

  private static var folders: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
  }

  private static let root = GoldenModel.fixtures + "/pairs"

  /// The model's folder.
  package var path: String { Self.root + "/" + description }

  /// The adapter's folder.
  package var adapterPath: String { path + "/adapter" }

  /// A prompt with the answer that the losses are of, its end among it, and what greedy decoding
  /// writes.
  package struct Pair: Sendable {
    package let prompt: [Int32]
    package let answer: [Int32]
    package let greedy: [Int32]
  }

  /// Reads the config as it is for the tensors beside it.
  package func config() throws -> ModelConfig {
    let stated = try ModelConfig(fileContents: bytes("config.json"), path: path + "/config.json")
    let fitted = stated.fitted(to: try weights().names)
    // Another head than the table says so in the file.
    return try weights().names.contains("lm_head.weight") ? fitted.untied : fitted
  }

  /// Reads the model; each call gives another copy.
  package func model() throws -> Transformer {
    let weights = try weights()
    return try Transformer(config: config()) { (plan) throws(CheckpointError) in
      .dense(try weights.tensor(named: plan.name, shape: plan.shapeInFiles))
    }
  }

  /// What the values are of.
  package func pairs() throws -> [Pair] {
    func ids(_ value: JSONValue?) -> [Int32] {
      (value?.array ?? []).compactMap { $0.int.map(Int32.init) }
    }
    return try (golden()["pairs"]?.array ?? []).map {
      Pair(prompt: ids($0["prompt"]), answer: ids($0["answer"]), greedy: ids($0["greedy"]))
    }
  }

  /// The same as rows to train on.
  package func examples() throws -> [EncodedExample] {
    let start = Int32(try config().blueprint.reader?.startID ?? 0)
    return try pairs().enumerated().map { row, pair in
      EncodedExample(
        ids: [start] + pair.answer, lossMask: [false] + pair.answer.map { _ in true }, row: row,
        prompt: pair.prompt)
    }
  }

  /// The loss, a mean over all tokens of the answers, in nats.
  package func loss() throws -> Double { try golden()["loss"]?.double ?? .nan }

  /// The loss with the adapter.
  package func adapterLoss() throws -> Double { try golden()["adapter_loss"]?.double ?? .nan }
}
