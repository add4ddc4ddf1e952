import Checkpoints
import Models

extension FuzzTarget {
  /// A config.json, and the index of a model in several files, of the same bytes.
  static let config = FuzzTarget("config") { bytes in
    let contents = Array(bytes)
    if let config = try? ModelConfig(fileContents: contents, path: "config.json") {
      _ = config.blueprint.parameterCount
      _ = config.json
    }
    _ = try? ShardIndex(fileContents: contents, path: ShardIndex.fileName)
  }
}
