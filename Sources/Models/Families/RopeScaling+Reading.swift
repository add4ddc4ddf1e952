import Checkpoints
import Mathematics
import Serialization

/// Scalings as config.json says them: `rope_scaling` of transformers 4, `rope_parameters` of 5.
extension RopeScaling {
  /// The key of the length that a model was trained on before its positions were stretched.
  static let lengthKey = "original_max_position_embeddings"

  /// What a reader of scalings knows beside their settings.
  struct Context {
    /// The length trained on that stands beside the settings, and counts before theirs.
    var length: Int?
    /// The longest sequence, which is also the length trained on where nothing says it.
    let maximumPositions: Int
    /// The pairs that are turned: as many numbers the lists of longrope have.
    let pairCount: Int
    /// Whether `alpha` beside a dynamic factor stretches the base once and for all.
    var readsAlpha = false
  }

  /// Reads the settings; nil stands for none.
  init(_ settings: ConfigReader?, _ context: Context) throws(CheckpointError) {
    guard let settings else {
      self = .none
      return
    }
    let type = try Self.type(settings)
    switch type {
    case "default": self = .none
    case "linear": self = .linear(factor: try Self.factor("factor", settings))
    case "dynamic":
      let factor = try Self.factor("factor", settings)
      let alpha = context.readsAlpha ? try settings.nonzero("alpha") : nil
      self = alpha.map { .ntk(alpha: $0, factor: factor) } ?? .dynamic(factor: factor)
    case "llama3": self = try .llama3(settings, context)
    // "su" is what the first files of Phi-3 say, or "yarn" with longrope's lists.
    case "yarn" where settings.value("short_factor") == nil:
      self = .yarn(try YarnScaling(settings, context))
    case "longrope", "su", "yarn": self = .longrope(try LongRopeScaling(settings, context))
    case "proportional":
      let share = try settings.double("partial_rotary_factor", above: 0, upTo: 1) ?? 1
      let factor = try settings.double("factor", above: 0, upTo: 1e6) ?? 1
      self = .proportional(
        factor: factor, pairCount: Int(share * Double(2 * context.pairCount)) / 2)
    default:
      throw .unsupported(
        path: settings.path, key: "rope_type", value: "\"\(shown(type))\"",
        reason: "default, linear, dynamic, llama3, yarn, longrope and proportional are supported")
    }
  }

  private static func type(_ settings: ConfigReader) throws(CheckpointError) -> String {
    let newName = try settings.string("rope_type")
    let oldName = try settings.string("type")
    if let newName, let oldName, newName != oldName {
      throw .unsupported(
        path: settings.path, key: "rope_type", value: "\"\(shown(newName))\"",
        reason: "`type` beside it is \"\(shown(oldName))\", and one of them would go unheard")
    }
    return newName ?? oldName ?? "default"
  }

  private static func llama3(
    _ settings: ConfigReader, _ context: Context
  ) throws(CheckpointError) -> RopeScaling {
    let low = try factor("low_freq_factor", settings)
    let high = try factor("high_freq_factor", settings)
    guard high > low else {
      throw settings.wrong("high_freq_factor", "a number above low_freq_factor, \(low)")
    }
    return .llama3(
      factor: try factor("factor", settings), lowFrequencyFactor: low, highFrequencyFactor: high,
      originalMaximumPositions: try context.trainedLength(settings))
  }

  fileprivate static func factor(
    _ key: String, _ settings: ConfigReader
  ) throws(CheckpointError) -> Double {
    try settings.required(settings.double(key, above: 0, upTo: 1e6), key)
  }

  /// The keys that v4 and v5 share; empty for ``none``.
  var members: JSONObject {
    switch self {
    case .none: [:]
    case .linear(let factor): ["rope_type": "linear", "factor": .number(factor)]
    case .dynamic(let factor): ["rope_type": "dynamic", "factor": .number(factor)]
    case .ntk(let alpha, let factor):
      ["rope_type": "dynamic", "factor": .number(factor), "alpha": .number(alpha)]
    case .llama3(let factor, let low, let high, let positions):
      [
        "rope_type": "llama3", "factor": .number(factor), "low_freq_factor": .number(low),
        "high_freq_factor": .number(high), Self.lengthKey: .integer(positions),
      ]
    case .yarn(let scaling): scaling.members
    case .longrope(let scaling): scaling.members
    case .proportional(let factor, _): ["rope_type": "proportional", "factor": .number(factor)]
    }
  }

  /// What `rope_scaling` says of it: null for ``none``.
  var json: JSONValue {
    if self == .none { return .null }
    var members = members
    // The one word that Phi-3 of transformers 4 knows.
    if case .longrope = self {
      members["type"] = members["rope_type"]
      members["rope_type"] = nil
    }
    return .object(members)
  }
}

extension RopeScaling.Context {
  /// The length that a model was trained on.
  fileprivate func trainedLength(_ settings: ConfigReader) throws(CheckpointError) -> Int {
    let inside = try settings.int(RopeScaling.lengthKey, in: ConfigReader.positions)
    return length ?? inside ?? maximumPositions
  }
}

extension YarnScaling {
  fileprivate init(
    _ settings: ConfigReader, _ context: RopeScaling.Context
  ) throws(CheckpointError) {
    let length = try context.trainedLength(settings)
    let ratio = Double(context.maximumPositions) / Double(length)
    var sharpening: Sharpening?
    if let numerator = try settings.nonzero("mscale"),
      let denominator = try settings.nonzero("mscale_all_dim")
    {
      sharpening = Sharpening(numerator: numerator, denominator: denominator)
    }
    self.init(
      factor: try settings.double("factor", above: 0, upTo: 1e6) ?? ratio,
      originalMaximumPositions: length, betaFast: try settings.nonzero("beta_fast") ?? 32,
      betaSlow: try settings.nonzero("beta_slow") ?? 1,
      isTruncated: try settings.bool("truncate", default: true),
      statedMagnitude: try settings.double("attention_factor", above: 0, upTo: 1e6),
      sharpening: sharpening)
  }

  fileprivate var members: JSONObject {
    var members: JSONObject = [
      "rope_type": "yarn", "factor": .number(factor),
      RopeScaling.lengthKey: .integer(originalMaximumPositions), "beta_fast": .number(betaFast),
      "beta_slow": .number(betaSlow), "truncate": .bool(isTruncated),
    ]
    if let statedMagnitude { members["attention_factor"] = .number(statedMagnitude) }
    if let sharpening {
      members["mscale"] = .number(sharpening.numerator)
      members["mscale_all_dim"] = .number(sharpening.denominator)
    }
    return members
  }
}

extension ConfigReader {
  /// A number above zero; nil where it is left out or zero, which mean the same there.
  fileprivate func nonzero(_ key: String) throws(CheckpointError) -> Double? {
    guard value(key)?.double != 0 else { return nil }
    return try double(key, above: 0, upTo: 1e6)
  }
}

extension LongRopeScaling {
  fileprivate init(
    _ settings: ConfigReader, _ context: RopeScaling.Context
  ) throws(CheckpointError) {
    let length = try context.trainedLength(settings)
    let factor = try settings.double("factor", above: 0, upTo: 1e6)
    var stated: Set<Key> = []
    if factor != nil { stated.insert(.factor) }
    if settings.value(RopeScaling.lengthKey) != nil { stated.insert(.length) }
    self.init(
      shortFactors: try Self.factors("short_factor", settings, count: context.pairCount),
      longFactors: try Self.factors("long_factor", settings, count: context.pairCount),
      originalMaximumPositions: length,
      factor: factor ?? Double(context.maximumPositions) / Double(length),
      statedMagnitude: try settings.double("attention_factor", above: 0, upTo: 1e6),
      stated: stated)
  }

  private static func factors(
    _ key: String, _ settings: ConfigReader, count: Int
  ) throws(CheckpointError) -> [Double] {
    let list = try settings.required(settings.value(key), key).array ?? []
    let numbers = list.compactMap(\.double).filter { $0 > 0 && $0 <= 1e6 }
    guard numbers.count == count, list.count == count else {
      throw settings.wrong(key, "a list of \(count) numbers above 0, one for each pair")
    }
    return numbers
  }

  /// Nothing but what the file says: transformers 4 refuses more than the lists.
  fileprivate var members: JSONObject {
    var members: JSONObject = [
      "rope_type": "longrope", "short_factor": .array(shortFactors.map(JSONValue.number)),
      "long_factor": .array(longFactors.map(JSONValue.number)),
    ]
    if let statedMagnitude { members["attention_factor"] = .number(statedMagnitude) }
    if stated.contains(.factor) { members["factor"] = .number(factor) }
    if stated.contains(.length) {
      members[RopeScaling.lengthKey] = .integer(originalMaximumPositions)
    }
    return members
  }
}
