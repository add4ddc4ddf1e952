import Checkpoints

extension ConfigReader {
  /// The type of each of a model's layers, one of those that are known; nil where the config has no
  /// such list.
  func layerTypes(_ known: [String], count: Int) throws(CheckpointError) -> [String]? {
    let types = try strings("layer_types")
    guard !types.isEmpty else { return nil }
    guard types.count == count else {
      throw wrong("layer_types", "a list of \(count), one for each layer")
    }
    if let other = types.first(where: { !known.contains($0) }) {
      throw .unsupported(
        path: path, key: "layer_types", value: "\"\(shown(other))\"",
        reason: "layers are \(known.joined(separator: " or ")) here")
    }
    return types
  }
}
