import Checkpoints

/// Sizes that configs of several families have, each within the range that is accepted.
extension ConfigReader {
  /// Tokens of a sequence.
  static let positions = 1...16_777_216
  /// Widths inside a feed-forward layer.
  static let innerWidths = 1...1_048_576
  /// What the attention kernels have room for.
  private static let headWidths = 2...256

  /// Reads a size that has to be there.
  func size(_ key: String, _ range: ClosedRange<Int>) throws(CheckpointError) -> Int {
    try required(int(key, in: range), key)
  }

  func vocabularySize() throws(CheckpointError) -> Int { try size("vocab_size", 1...4_000_000) }

  func hiddenSize(_ key: String = "hidden_size") throws(CheckpointError) -> Int {
    try size(key, 1...65_536)
  }

  func layerCount(_ key: String = "num_hidden_layers") throws(CheckpointError) -> Int {
    try size(key, 1...1024)
  }

  func headCount(_ key: String = "num_attention_heads") throws(CheckpointError) -> Int {
    try size(key, 1...1024)
  }

  /// Reads what norms add under the root.
  func normEpsilon(_ key: String) throws(CheckpointError) -> Double {
    try required(double(key, above: 0, upTo: 0.1), key)
  }

  /// Reads what something is multiplied by.
  func factor(_ key: String) throws(CheckpointError) -> Double {
    try required(double(key, above: 0, upTo: 1e6), key)
  }

  /// The width of a head: that of `head_dim`, else a share of the hidden size.
  func headWidth(hiddenSize: Int, headCount: Int) throws(CheckpointError) -> Int {
    guard let width = try int("head_dim", in: Self.headWidths) else {
      return try headShare(hiddenSize: hiddenSize, headCount: headCount)
    }
    guard width % 2 == 0 else { throw wrong("head_dim", "an even number") }
    return width
  }

  /// The width of a head where all of them together are as wide as the hidden size.
  func headShare(
    hiddenSize: Int, headCount: Int, headsKey: String = "num_attention_heads",
    hiddenKey: String = "hidden_size"
  ) throws(CheckpointError) -> Int {
    let width = hiddenSize / headCount
    guard hiddenSize % headCount == 0, width % 2 == 0, Self.headWidths.contains(width) else {
      throw wrong(
        headsKey,
        "a number that divides \(hiddenKey), \(hiddenSize), into even heads of at most "
          + "\(Self.headWidths.upperBound)")
    }
    return width
  }
}
