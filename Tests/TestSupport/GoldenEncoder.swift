import Checkpoints
import Foundation
package import Models
import Serialization
import Tensors

/// A tiny random encoder, and what PyTorch and transformers make of it.
///
/// Made by scripts/dev/fixtures/encoders.py; all but the weights is computed in float64 there.
package struct GoldenEncoder: GoldenFolder, Sendable, CustomStringConvertible {
  /// The folder's name.
  package let description: String

  /// Names a folder under `Fixtures/encoders`.
  package init(description: String) { self.description = description }

  /// Every one.
  package static let all = folders.map(GoldenEncoder.init)
  /// Those with a head that finds hidden tokens, which have the gradient of every weight.
  package static let masked = all.filter { (try? $0.golden()["loss"]) ?? nil != nil }
  /// Those with a head that chooses labels.
  package static let labelled = all.filter { $0.description.hasSuffix("-labels") }
  /// Without a head, as most models of sentence-transformers are.
  package static let plain = GoldenEncoder(description: "bert-plain")

  private static var folders: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).sorted()
  }

  private static let root = GoldenModel.fixtures + "/encoders"

  /// The model's folder.
  package var path: String { Self.root + "/" + description }

  /// A sequence with the tokens to be found in it.
  package struct Sequence: Sendable {
    package let ids: [Int32]
    /// Places in ascending order, each with its right token.
    package let labels: [(place: Int32, token: Int32)]
  }

  /// Reads the config as it is for the tensors beside it.
  package func config() throws -> ModelConfig {
    let stated = try ModelConfig(fileContents: bytes("config.json"), path: path + "/config.json")
    return stated.fitted(to: try weights().names)
  }

  /// Reads the model; each call gives another copy.
  package func model() throws -> Transformer {
    let weights = try weights()
    let config = try config()
    let stored = config.storedNames(among: weights.names)
    return try Transformer(config: config) { (plan) throws(CheckpointError) in
      .dense(try weights.tensor(named: stored[plan.name] ?? plan.name, shape: plan.shapeInFiles))
    }
  }

  /// What the values are of.
  package func sequences() throws -> [Sequence] {
    try (golden()["sequences"]?.array ?? []).map { sequence in
      let labels = sequence["labels"]?.object?.entries ?? []
      return Sequence(
        ids: (sequence["ids"]?.array ?? []).compactMap { $0.int.map(Int32.init) },
        labels: labels.compactMap { place, token in
          Int32(place).flatMap { place in token.int.map { (place, Int32($0)) } }
        }.sorted { $0.0 < $1.0 })
    }
  }

  /// The loss, a mean over all tokens to be found, in nats.
  package func loss() throws -> Double { try golden()["loss"]?.double ?? .nan }
}
