import Serialization

/// Models that share a `model_type`: how their config.json is read beyond what all have.
///
/// A family is one file beside this one; ``all`` lists them.
struct ModelFamily: Sendable {
  let modelType: String
  /// The class by which transformers knows it.
  let architecture: String
  /// What a config means when it leaves a key out, ``sharedDefaults`` aside: what transformers 5.24
  /// has for the family.
  let defaults: JSONObject
  /// The id that ends a text when the config leaves it out, where the tokenizer agrees.
  var endOfSequenceID: Int?
  /// The key that names the activation.
  var activationKey = "hidden_act"
  /// Whether layers with a window have a theta of their own.
  var hasRopeByLayerType = false
  /// Sets what differs from llama.
  let setTraits:
    @Sendable (inout ModelTraits, SettingsReader, FamilySizes) throws(CheckpointError) -> Void

  /// Reads what the model of a config computes.
  func traits(
    _ file: SettingsReader, _ sizes: FamilySizes
  ) throws(CheckpointError) -> ModelTraits {
    var traits = ModelTraits(sizes: sizes)
    traits.activation = try activation(file)
    try setTraits(&traits, file, sizes)
    return traits
  }

  static let all = [llama, mistral, qwen2, qwen3, gemma, gemma2, gemma3]

  /// What a key left out means in every family that says nothing else.
  private static let sharedDefaults: JSONObject = [
    "rms_norm_eps": 1e-6, "rope_theta": 10_000, "tie_word_embeddings": false,
    "hidden_act": "silu",
  ]

  /// Keys whose null says something else than leaving them out: that there is none.
  private static let nullable: Set<String> = [
    "num_key_value_heads", "sliding_window", "attn_logit_softcapping", "final_logit_softcapping",
  ]

  /// The settings of a config with the family's defaults where it leaves a key out.
  func completed(_ file: SettingsReader) -> SettingsReader {
    var object = Self.sharedDefaults.overlaid(by: defaults)
    if activationKey != "hidden_act" { object["hidden_act"] = nil }
    for (key, value) in file.object.entries {
      if value.isNull, object[key] != nil, !Self.nullable.contains(key) { continue }
      object[key] = value
    }
    return SettingsReader(object, path: file.path)
  }

  /// The activation; gemma's first files say `gelu` and mean its form by tanh.
  ///
  /// Of the two keys in use each family reads one: where the other asks for something else, that
  /// would go unheard.
  private func activation(_ file: SettingsReader) throws(CheckpointError) -> ModelTraits.Activation
  {
    let isGemma = modelType.hasPrefix("gemma")
    let stated = try ModelTraits.activation(activationKey, file) ?? .silu
    let activation =
      isGemma && activationKey == "hidden_act" && stated == .gelu ? .geluTanh : stated
    let otherKey = activationKey == "hidden_act" ? "hidden_activation" : "hidden_act"
    guard let other = file.value(otherKey)?.string, other != "gelu" || otherKey != "hidden_act",
      ModelTraits.Activation.names[other] != activation
    else { return activation }
    throw .unsupported(
      path: file.path, key: otherKey, value: "\"\(shown(other))\"",
      reason: "\(modelType) models go by `\(activationKey)`, which is \(activation.rawValue)")
  }
}

/// A family is its name.
extension ModelFamily: Hashable {
  static func == (one: ModelFamily, other: ModelFamily) -> Bool {
    one.modelType == other.modelType
  }

  func hash(into hasher: inout Hasher) { hasher.combine(modelType) }
}

extension ModelTraits {
  /// The activation under `key`; nil when it is left out.
  static func activation(
    _ key: String, _ file: SettingsReader
  ) throws(CheckpointError) -> Activation? {
    guard let name = try file.string(key) else { return nil }
    guard let activation = Activation.names[name] else {
      throw file.wrong(key, "\"silu\", \"gelu\" or \"gelu_pytorch_tanh\"")
    }
    return activation
  }

  /// Sets which layers have a window: by `layer_types`, or where that is left out by `isWindowed`.
  ///
  /// A window that holds every position there is never closes, and is none for attention; the
  /// layer is still one of those with a window, which may have a theta of their own.
  mutating func setWindows(
    _ file: SettingsReader, _ sizes: FamilySizes, isWindowed: (_ layer: Int) -> Bool
  ) throws(CheckpointError) {
    let types = try Self.layerTypes(file, sizes)
    isSliding = types?.map { $0 == Self.slidingType } ?? isSliding.indices.map(isWindowed)
    guard isSliding.contains(true) else { return }
    let stated = try file.int("sliding_window", in: ModelConfig.positionsRange)
    guard let window = stated else {
      throw .unsupported(
        path: file.path, key: "sliding_window", value: "null",
        reason: "layers of the type \(Self.slidingType) need one")
    }
    guard window < sizes.maximumPositions else { return }
    windows = isSliding.map { $0 ? window : nil }
  }

  /// Refuses layers with a window in a model that has none.
  static func refuseWindows(
    _ file: SettingsReader, _ sizes: FamilySizes
  ) throws(CheckpointError) {
    guard try layerTypes(file, sizes)?.contains(slidingType) == true else { return }
    throw .unsupported(
      path: file.path, key: "layer_types", value: "\"\(slidingType)\"",
      reason: "the rest of the file says that no layer has a window")
  }

  private static let slidingType = "sliding_attention"

  /// The type of each layer; nil when the config has no such list.
  private static func layerTypes(
    _ file: SettingsReader, _ sizes: FamilySizes
  ) throws(CheckpointError) -> [String]? {
    let types = try file.strings("layer_types")
    guard !types.isEmpty else { return nil }
    guard types.count == sizes.layerCount else {
      throw file.wrong("layer_types", "a list of \(sizes.layerCount), one for each layer")
    }
    let known = ["full_attention", slidingType]
    if let unknown = types.first(where: { !known.contains($0) }) {
      throw .unsupported(
        path: file.path, key: "layer_types", value: "\"\(shown(unknown))\"",
        reason: "layers are \(known.joined(separator: " or ")) here")
    }
    return types
  }
}

extension JSONObject {
  /// These members, and those of `other`, which count where both have a key.
  func overlaid(by other: JSONObject) -> JSONObject {
    var object = self
    for (key, value) in other.entries { object[key] = value }
    return object
  }
}
