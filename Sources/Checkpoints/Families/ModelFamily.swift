/// Models that share a `model_type`: how their config.json is read beyond what all have.
///
/// A family is one file beside this one; ``all`` lists them.
struct ModelFamily: Sendable {
  let modelType: String
  /// The class by which transformers knows it.
  let architecture: String
  /// What the family's config means when it leaves a key out; `headWidth` nil is hidden size / heads.
  var maximumPositions = 32_768
  var headWidth: Int?
  var tiesEmbeddings = false
  var ropeTheta = 10_000.0
  var endOfSequenceID: Int?
  /// The activation, and the key that changes it.
  var activationKey = "hidden_act"
  var activation = ModelTraits.Activation.silu
  /// Sets what differs from llama.
  let setTraits:
    @Sendable (inout ModelTraits, SettingsReader, FamilySizes) throws(CheckpointError) -> Void

  /// Reads what the model of a config computes.
  func traits(
    _ file: SettingsReader, _ sizes: FamilySizes
  ) throws(CheckpointError) -> ModelTraits {
    var traits = ModelTraits(sizes: sizes)
    traits.activation = try ModelTraits.activation(activationKey, file) ?? activation
    try setTraits(&traits, file, sizes)
    return traits
  }

  static let all = [llama, mistral, qwen2, qwen3, gemma, gemma2, gemma3]
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

  /// Sets the windows of layers: by `layer_types`, or where that is left out by `isWindowed`.
  ///
  /// A window that holds every position there is never closes: it is none.
  mutating func setWindows(
    _ file: SettingsReader, _ sizes: FamilySizes, default width: Int? = nil,
    isWindowed: (_ layer: Int) -> Bool
  ) throws(CheckpointError) {
    let stated = try file.int("sliding_window", in: ModelConfig.positionsRange)
    let types = try file.strings("layer_types")
    guard types.isEmpty || types.count == sizes.layerCount else {
      throw file.wrong("layer_types", "a list of \(sizes.layerCount), one for each layer")
    }
    let known = ["full_attention", "sliding_attention"]
    if let unknown = types.first(where: { !known.contains($0) }) {
      throw .unsupported(
        path: file.path, key: "layer_types", value: "\"\(unknown)\"",
        reason: "layers are \(known.joined(separator: " or ")) here")
    }
    guard let window = stated ?? width, window < sizes.maximumPositions else { return }
    for layer in windows.indices {
      let isSliding = types.isEmpty ? isWindowed(layer) : types[layer] == "sliding_attention"
      windows[layer] = isSliding ? window : nil
    }
  }

  /// Refuses attention to tokens that come later, which some decoders' configs can switch on.
  static func refuseBidirectional(_ file: SettingsReader) throws(CheckpointError) {
    guard try file.bool("use_bidirectional_attention", default: false) else { return }
    throw .unsupported(
      path: file.path, key: "use_bidirectional_attention", value: "true",
      reason: "only models that attend to the past are supported")
  }
}
