import Checkpoints
import Serialization

/// How rotary positions are stretched beyond the length a model was trained on.
package enum RopeScaling: Hashable, Sendable {
  /// Not at all.
  case none
  /// Every position is divided by `factor`.
  case linear(factor: Double)
  /// Low frequencies are divided by `factor`, high ones kept, those between blended.
  ///
  /// Source: Meta's Llama 3.1 release, `rope_scaling` of its config.json.
  case llama3(
    factor: Double, lowFrequencyFactor: Double, highFrequencyFactor: Double,
    originalMaximumPositions: Int)

  /// The key of the length that a model was trained on before its positions were stretched.
  static let lengthKey = "original_max_position_embeddings"

  /// Reads `rope_scaling` (v4) or `rope_parameters` (v5); nil stands for neither.
  ///
  /// The length trained on is `length`, else that of the settings, else `lengthByDefault`.
  init(
    _ settings: ConfigReader?, length: Int? = nil, lengthByDefault: Int
  ) throws(CheckpointError) {
    guard let settings else {
      self = .none
      return
    }
    let newName = try settings.string("rope_type")
    let oldName = try settings.string("type")
    if let newName, let oldName, newName != oldName {
      throw .unsupported(
        path: settings.path, key: "rope_type", value: "\"\(shown(newName))\"",
        reason: "`type` beside it is \"\(shown(oldName))\", and one of them would go unheard")
    }
    let type = newName ?? oldName ?? "default"
    switch type {
    case "default": self = .none
    case "linear": self = .linear(factor: try Self.factor("factor", settings))
    case "llama3":
      let low = try Self.factor("low_freq_factor", settings)
      let high = try Self.factor("high_freq_factor", settings)
      guard high > low else {
        throw settings.wrong("high_freq_factor", "a number above low_freq_factor, \(low)")
      }
      let lengthInside = try settings.int(Self.lengthKey, in: ConfigReader.positions)
      self = .llama3(
        factor: try Self.factor("factor", settings), lowFrequencyFactor: low,
        highFrequencyFactor: high,
        originalMaximumPositions: length ?? lengthInside ?? lengthByDefault)
    default:
      throw .unsupported(
        path: settings.path, key: "rope_type", value: "\"\(shown(type))\"",
        reason: "only default, linear and llama3 are supported")
    }
  }

  private static func factor(
    _ key: String, _ settings: ConfigReader
  ) throws(CheckpointError) -> Double {
    try settings.required(settings.double(key, above: 0, upTo: 1e6), key)
  }

  /// The keys that v4 and v5 share; empty for ``none``.
  var members: JSONObject {
    switch self {
    case .none: [:]
    case .linear(let factor): ["rope_type": "linear", "factor": .number(factor)]
    case .llama3(let factor, let low, let high, let positions):
      [
        "rope_type": "llama3", "factor": .number(factor), "low_freq_factor": .number(low),
        "high_freq_factor": .number(high), "original_max_position_embeddings": .integer(positions),
      ]
    }
  }

  /// What `rope_scaling` says of it: null for ``none``.
  var json: JSONValue { self == .none ? .null : .object(members) }
}
