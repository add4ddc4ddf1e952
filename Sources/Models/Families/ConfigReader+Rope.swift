import Checkpoints
import Serialization

/// Rotary positions: version 5 of transformers has `rope_parameters`, version 4 `rope_scaling` with
/// theta beside it, and files have either, both, or a mixture. What counts is what 5.24 takes.
extension ConfigReader {
  /// Reads theta and scaling, of the layers that see all of the past where others have their own.
  ///
  /// The old object counts before the new one, and a theta inside before the one outside.
  func rope(
    _ modelType: String, byLayerType: Bool = false, maximumPositions: Int, turnedWidth: Int
  ) throws(CheckpointError) -> (theta: Double, scaling: RopeScaling) {
    let settings = try byLayerType ? ropeOfFullAttention(modelType) : rope(modelType)
    // A length outside counts before the one inside: some families keep it there.
    let lengthOutside =
      byLayerType ? nil : try int(RopeScaling.lengthKey, in: Self.positions)
    let scaling = try RopeScaling(
      settings,
      RopeScaling.Context(
        length: lengthOutside, maximumPositions: maximumPositions,
        pairCount: (turnedWidth + 1) / 2))
    let inside = try settings.double("rope_theta", above: 0, upTo: 1e12)
    let outside = try double("rope_theta", above: 0, upTo: 1e12)
    return (try required(inside ?? outside, "rope_theta"), scaling)
  }

  /// The theta of layers with a window, in a family where they have their own: that of their part,
  /// else the one under `key` beside it.
  func windowedTheta(_ key: String?) throws(CheckpointError) -> Double? {
    let own = try section("rope_parameters")?.section(Self.slidingPart)
    let context = RopeScaling.Context(maximumPositions: 1, pairCount: 1)
    guard try RopeScaling(own, context) == .none else {
      throw .unsupported(
        path: path, key: Self.slidingPart, value: "scaled",
        reason: "positions of layers with a window are not scaled here")
    }
    let inside = try own?.double("rope_theta", above: 0, upTo: 1e12)
    guard let key else { return inside }
    let outside = try double(key, above: 0, upTo: 1e12)
    return inside ?? outside
  }

  /// The share of each head that positions turn: that of their object, else the one under `key`.
  func turnedShare(_ key: String) throws(CheckpointError) -> Double {
    for section in ["rope_scaling", "rope_parameters"] {
      guard let settings = try self.section(section), !settings.object.isEmpty else { continue }
      let inside = try settings.double("partial_rotary_factor", above: 0, upTo: 1)
      if let inside { return inside }
      break
    }
    return try required(double(key, above: 0, upTo: 1), key)
  }

  private static let fullPart = "full_attention"
  private static let slidingPart = "sliding_attention"

  /// The settings that all layers share; empty when the file has none.
  private func rope(_ modelType: String) throws(CheckpointError) -> ConfigReader {
    for key in ["rope_scaling", "rope_parameters"] {
      guard let settings = try section(key), !settings.object.isEmpty else { continue }
      for part in [Self.fullPart, Self.slidingPart] where settings.value(part) != nil {
        throw .unsupported(
          path: path, key: key, value: "for each type of layer",
          reason: "in \(modelType) models all layers share one")
      }
      return settings
    }
    return ConfigReader([:], path: path)
  }

  /// The settings of the layers without a window: those of `rope_parameters`, and over them those
  /// of `rope_scaling`.
  private func ropeOfFullAttention(_ modelType: String) throws(CheckpointError) -> ConfigReader {
    let new = try section("rope_parameters")
    let old = try section("rope_scaling")
    let parts = [Self.fullPart, Self.slidingPart]
    if let key = new?.object.keys.first(where: { !parts.contains($0) }) {
      throw .unsupported(
        path: path, key: "rope_parameters", value: "`\(shown(key))` for all layers",
        reason: "\(modelType) models have `\(Self.fullPart)` and `\(Self.slidingPart)` there")
    }
    if let part = parts.first(where: { old?.value($0) != nil }) {
      throw .unsupported(
        path: path, key: "rope_scaling", value: "with `\(part)`",
        reason: "the parts for types of layers belong to `rope_parameters`")
    }
    let stated = try new?.section(Self.fullPart)?.object
    let object = (stated ?? ["rope_type": "default"]).overlaid(by: old?.object ?? [:])
    return ConfigReader(object, path: path)
  }
}
