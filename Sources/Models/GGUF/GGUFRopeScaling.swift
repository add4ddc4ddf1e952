import Checkpoints
import Foundation
import Serialization

/// How a GGUF file says that rotary positions are stretched, as `rope_scaling` of config.json.
///
/// Llama 3 keeps no settings there but what they come to: a factor for each frequency, as a tensor.
struct GGUFRopeScaling {
  /// The object; nil when positions are not stretched.
  let json: JSONObject?

  /// The lengths that Llama 3 was trained on, and the factors of its lowest frequencies that are
  /// known; its config.json has one low and one high factor of frequencies.
  private static let llama3 = (low: 1.0, high: 4.0, lengths: [8192, 4096, 2048, 131_072])

  init(
    _ settings: GGUFSettings, _ parts: GGUFParts, prefix: String, theta: Double, width: Int,
    positions: Int?
  ) throws(CheckpointError) {
    func key(_ name: String) -> String { "\(prefix).scaling.\(name)" }
    let type = try settings.text(key("type")) ?? "none"
    // Old files have the factor alone.
    let oldFactor = try settings.number(prefix + ".scale_linear")
    let factor = try settings.number(key("factor")) ?? oldFactor
    let original = try settings.integer(key("original_context_length"))
    let attention = try settings.number(key("attn_factor"))
    var json: JSONObject = [:]
    if let factor { json["factor"] = .number(factor) }
    if let original { json["original_max_position_embeddings"] = .integer(original) }
    if let attention { json["attention_factor"] = .number(attention) }

    if let list = try Self.factors("rope_freqs.weight", parts, count: width / 2) {
      self.json = Self.fitted(list, theta: theta, width: width)
      return
    }
    let long = try Self.factors("rope_factors_long.weight", parts, count: width / 2)
    let short = try Self.factors("rope_factors_short.weight", parts, count: width / 2)
    if let long, let short {
      json["rope_type"] = "longrope"
      json["long_factor"] = .array(long.map { .number(Double($0)) })
      json["short_factor"] = .array(short.map { .number(Double($0)) })
      self.json = json
      return
    }
    switch type {
    case "none", "": self.json = factor.map { $0 == 1 } ?? true ? nil : Self.linear(json)
    case "linear": self.json = factor == 1 ? nil : Self.linear(json)
    case "yarn":
      json["rope_type"] = "yarn"
      for (name, own) in [("yarn_beta_fast", "beta_fast"), ("yarn_beta_slow", "beta_slow")] {
        if let value = try settings.number(key(name)) { json[own] = .number(value) }
      }
      // DeepSeek's: a tenth of how strongly stretched positions sharpen scores.
      if let share = try settings.number(key("yarn_log_multiplier")), share != 0 {
        json["mscale"] = .number(share * 10)
        json["mscale_all_dim"] = .number(share * 10)
      }
      self.json = json
    default: throw settings.wrong(key("type"), "is `\(shown(type))`, which is not known here")
    }
  }

  private static func linear(_ json: JSONObject) -> JSONObject {
    ["rope_type": "linear", "factor": json["factor"] ?? 1]
  }

  private static func factors(
    _ name: String, _ parts: GGUFParts, count: Int
  ) throws(CheckpointError) -> [Float]? {
    guard let entry = parts.entry(named: name) else { return nil }
    guard entry.shape == [count] else {
      throw .wrongShape(tensor: name, path: parts.path, found: entry.shape, expected: [count])
    }
    return try parts.numbers(named: name)
  }

  /// Llama 3's settings where they give these factors, else the factors themselves.
  private static func fitted(_ factors: [Float], theta: Double, width: Int) -> JSONObject? {
    guard factors.contains(where: { $0 != 1 }), let factor = factors.last else { return nil }
    for length in llama3.lengths {
      let own = (0..<factors.count).map { index in
        llama3Factor(
          frequency: pow(theta, -2 * Double(index) / Double(width)), factor: Double(factor),
          length: Double(length))
      }
      guard zip(own, factors).allSatisfy({ abs($0 / Double($1) - 1) < 1e-5 }) else { continue }
      return [
        "rope_type": "llama3", "factor": .number(Double(factor)),
        "low_freq_factor": .number(llama3.low), "high_freq_factor": .number(llama3.high),
        "original_max_position_embeddings": .integer(length),
      ]
    }
    let list = JSONValue.array(factors.map { .number(Double($0)) })
    return [
      "rope_type": "longrope", "long_factor": list, "short_factor": list, "attention_factor": 1,
      "factor": .number(Double(factor)),
    ]
  }

  /// What Llama 3 divides a frequency by.
  private static func llama3Factor(frequency: Double, factor: Double, length: Double) -> Double {
    let wavelength = 2 * Double.pi / frequency
    if wavelength < length / llama3.high { return 1 }
    if wavelength > length / llama3.low { return factor }
    let smooth = (length / wavelength - llama3.low) / (llama3.high - llama3.low)
    return 1 / ((1 - smooth) / factor + smooth)
  }
}
