import Serialization
import Tensors

/// The steps of reading a config.json that need more than one line.
extension ModelConfig {
  static func modelType(_ file: SettingsReader) throws(CheckpointError) -> String {
    let type = try file.required(file.string("model_type"), "model_type")
    guard knownTypes.contains(type) else {
      throw .unknownModelType(path: file.path, found: type, known: knownTypes)
    }
    return type
  }

  /// Refuses what would change the meaning of the weights.
  static func refuseUnsupported(
    _ file: SettingsReader, modelType: String
  ) throws(CheckpointError) {
    guard file.value("quantization_config") == nil else {
      throw .unsupported(
        path: file.path, key: "quantization_config", value: "set",
        reason: "the weights are quantized; take the original model")
    }
  }

  static func size(
    _ key: String, _ range: ClosedRange<Int>, _ file: SettingsReader
  ) throws(CheckpointError) -> Int {
    try file.required(file.int(key, in: range), key)
  }

  static func headWidth(
    _ file: SettingsReader, hiddenSize: Int, headCount: Int
  ) throws(CheckpointError) -> Int {
    if let width = try file.int("head_dim", in: 2...1024) {
      guard width % 2 == 0 else { throw file.wrong("head_dim", "an even number") }
      return width
    }
    guard hiddenSize % headCount == 0, hiddenSize / headCount % 2 == 0 else {
      let allowed = "a number that divides hidden_size, \(hiddenSize), into even heads"
      throw file.wrong("num_attention_heads", allowed)
    }
    return hiddenSize / headCount
  }

  /// Refuses a window that would ever come into force: attention here sees all of the past.
  static func refuseSlidingWindow(
    _ file: SettingsReader, modelType: String, positions: Int
  ) throws(CheckpointError) {
    // Qwen's window counts only when it is switched on, mistral's whenever it is given.
    let isOn = try file.bool("use_sliding_window", default: modelType == "mistral")
    guard isOn, let window = try file.int("sliding_window", in: positionsRange) else { return }
    guard window >= positions else {
      throw .unsupported(
        path: file.path, key: "sliding_window", value: "\(window)",
        reason: "attention in a window shorter than max_position_embeddings is not supported")
    }
  }

  /// Reads theta and scaling from the v5 object, or from the v4 keys.
  static func rope(
    _ file: SettingsReader
  ) throws(CheckpointError) -> (theta: Double, scaling: RopeScaling) {
    let new = try file.section("rope_parameters")
    let old = try file.section("rope_scaling")
    let thetaInNew = try new?.double("rope_theta", above: 0, upTo: 1e12)
    let thetaInOld = try file.double("rope_theta", above: 0, upTo: 1e12)
    return (thetaInNew ?? thetaInOld ?? 10_000, try RopeScaling(new ?? old))
  }

  static func dtype(_ file: SettingsReader) throws(CheckpointError) -> DType? {
    let key = file.value("dtype") == nil ? "torch_dtype" : "dtype"
    switch try file.string(key) {
    case nil, "auto": return nil
    case "float32": return .float32
    case "bfloat16": return .bfloat16
    case "float16": return .float16
    default: throw file.wrong(key, "\"float32\", \"bfloat16\" or \"float16\"")
    }
  }
}
