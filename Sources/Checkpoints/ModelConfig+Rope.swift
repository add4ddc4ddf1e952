import Serialization

/// Rotary positions: version 5 of transformers has `rope_parameters`, version 4 `rope_scaling` with
/// theta beside it, and files have either, both, or a mixture. What counts is what 5.24 takes.
extension ModelConfig {
  /// Reads theta and scaling, of the layers that see all of the past where others have their own.
  ///
  /// The old object counts before the new one, and a theta inside before the one outside.
  static func rope(
    _ file: SettingsReader, _ family: ModelFamily, maximumPositions: Int
  ) throws(CheckpointError) -> (theta: Double, scaling: RopeScaling) {
    let settings =
      family.hasRopeByLayerType ? try ropeOfFullAttention(file, family) : try rope(file, family)
    // A length outside counts before the one inside: some families keep it there.
    let lengthOutside =
      family.hasRopeByLayerType ? nil : try file.int(RopeScaling.lengthKey, in: positionsRange)
    let scaling = try RopeScaling(
      settings, length: lengthOutside, lengthByDefault: maximumPositions)
    let inside = try settings.double("rope_theta", above: 0, upTo: 1e12)
    let outside = try file.double("rope_theta", above: 0, upTo: 1e12)
    return (try file.required(inside ?? outside, "rope_theta"), scaling)
  }

  /// The theta of layers with a window, in a family where they have their own.
  static func windowedTheta(_ file: SettingsReader) throws(CheckpointError) -> Double? {
    let own = try file.section("rope_parameters")?.section(slidingPart)
    guard try RopeScaling(own, lengthByDefault: 1) == .none else {
      throw .unsupported(
        path: file.path, key: slidingPart, value: "scaled",
        reason: "positions of layers with a window are not scaled here")
    }
    let inside = try own?.double("rope_theta", above: 0, upTo: 1e12)
    let outside = try file.double("rope_local_base_freq", above: 0, upTo: 1e12)
    return inside ?? outside
  }

  private static let fullPart = "full_attention"
  private static let slidingPart = "sliding_attention"

  /// The settings that all layers share; empty when the file has none.
  private static func rope(
    _ file: SettingsReader, _ family: ModelFamily
  ) throws(CheckpointError) -> SettingsReader {
    for key in ["rope_scaling", "rope_parameters"] {
      guard let settings = try file.section(key), !settings.object.isEmpty else { continue }
      for part in [fullPart, slidingPart] where settings.value(part) != nil {
        throw .unsupported(
          path: file.path, key: key, value: "for each type of layer",
          reason: "in \(family.modelType) models all layers share one")
      }
      return settings
    }
    return SettingsReader([:], path: file.path)
  }

  /// The settings of the layers without a window: those of `rope_parameters`, and over them those
  /// of `rope_scaling`.
  private static func ropeOfFullAttention(
    _ file: SettingsReader, _ family: ModelFamily
  ) throws(CheckpointError) -> SettingsReader {
    let new = try file.section("rope_parameters")
    let old = try file.section("rope_scaling")
    let parts = [fullPart, slidingPart]
    if let key = new?.object.keys.first(where: { !parts.contains($0) }) {
      throw .unsupported(
        path: file.path, key: "rope_parameters", value: "`\(shown(key))` for all layers",
        reason: "\(family.modelType) models have `\(fullPart)` and `\(slidingPart)` there")
    }
    if let part = parts.first(where: { old?.value($0) != nil }) {
      throw .unsupported(
        path: file.path, key: "rope_scaling", value: "with `\(part)`",
        reason: "the parts for types of layers belong to `rope_parameters`")
    }
    let stated = try new?.section(fullPart)?.object
    let object = (stated ?? ["rope_type": "default"]).overlaid(by: old?.object ?? [:])
    return SettingsReader(object, path: file.path)
  }
}
