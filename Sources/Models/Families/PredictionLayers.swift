import Serialization

/// Layers after a model's own, which predict tokens beyond the next.
///
/// They are an aid of training, and of programs that check several tokens in one pass; the model
/// computes without them, and transformers leaves them out as well.
struct PredictionLayers: Sendable {
  /// The numbers under which files have them.
  private let numbers: Range<Int>

  /// The keys of config.json that say how many there are.
  private static let keys = ["num_nextn_predict_layers", "mtp_num_hidden_layers"]
  /// What files call the part that holds them, where they are not numbered with the others.
  private static let parts: Set<Substring> = ["mtp", "mtp_layers"]
  private static let limit = 1024

  /// Those of a config; nil where it has none.
  init?(_ config: JSONObject, layerCount: Int) {
    let stated = Self.keys.lazy.compactMap { config[$0]?.int }.first { $0 > 0 }
    guard let stated, stated <= Self.limit else { return nil }
    numbers = layerCount..<layerCount + stated
  }

  /// Whether a tensor belongs to them.
  func contain(_ name: String) -> Bool {
    let path = name.split(separator: ".")
    if path.prefix(2).contains(where: Self.parts.contains) { return true }
    guard let place = path.firstIndex(of: "layers"), place + 1 < path.count,
      let number = Int(path[place + 1])
    else { return false }
    return numbers.contains(number)
  }

  /// What is to be said of them.
  var note: String {
    "the file has \(numbers.count == 1 ? "a layer" : "\(numbers.count) layers") that predicts tokens "
      + "beyond the next: not read, as in transformers, and not written by `save model`."
  }
}
