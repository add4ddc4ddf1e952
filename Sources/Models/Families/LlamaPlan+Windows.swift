import Checkpoints

extension LlamaPlan {
  /// Sets which layers have a window: by `layer_types`, or where that is left out by `isWindowed`.
  ///
  /// A window that holds every position there is never closes, and is none for attention; the
  /// layer is still one of those with a window, which may have a theta of their own.
  mutating func setWindows(
    _ file: ConfigReader, isWindowed: (_ layer: Int) -> Bool
  ) throws(CheckpointError) {
    let types = try layerTypes(file)
    isSliding = types?.map { $0 == Self.slidingType } ?? isSliding.indices.map(isWindowed)
    guard isSliding.contains(true) else { return }
    let stated = try file.int("sliding_window", in: ConfigReader.positions)
    guard let window = stated else {
      throw .unsupported(
        path: file.path, key: "sliding_window", value: "null",
        reason: "layers of the type \(Self.slidingType) need one")
    }
    guard window < maximumPositions else { return }
    windows = isSliding.map { $0 ? window : nil }
  }

  /// Sets the window of all layers, or of none where there is none.
  ///
  /// The reference gives all layers one kind, whatever their types say: refused where they differ.
  mutating func setOneKindOfWindow(
    _ file: ConfigReader, isUsed: Bool = true
  ) throws(CheckpointError) {
    let isWindowed = isUsed && file.value("sliding_window") != nil
    try setWindows(file) { _ in isWindowed }
    guard isSliding.allSatisfy({ $0 == isWindowed }) else {
      throw .unsupported(
        path: file.path, key: "layer_types", value: "a mixture",
        reason: "in this family all layers have the window, or none")
    }
  }

  /// Refuses layers with a window in a model that has none.
  func refuseWindows(_ file: ConfigReader) throws(CheckpointError) {
    guard try layerTypes(file)?.contains(Self.slidingType) == true else { return }
    throw .unsupported(
      path: file.path, key: "layer_types", value: "\"\(Self.slidingType)\"",
      reason: "the rest of the file says that no layer has a window")
  }

  private static let slidingType = "sliding_attention"

  /// The type of each layer; nil when the config has no such list.
  private func layerTypes(_ file: ConfigReader) throws(CheckpointError) -> [String]? {
    try file.layerTypes(["full_attention", Self.slidingType], count: layerCount)
  }
}
