import Serialization
import Tensors

/// The steps of reading a config.json that need more than one line.
extension ModelConfig {
  static func family(_ file: SettingsReader) throws(CheckpointError) -> ModelFamily {
    let type = try file.required(file.string("model_type"), "model_type")
    guard let family = ModelFamily.all.first(where: { $0.modelType == type }) else {
      throw .unknownModelType(path: file.path, found: type, known: knownTypes)
    }
    return family
  }

  static func size(
    _ key: String, _ range: ClosedRange<Int>, _ file: SettingsReader
  ) throws(CheckpointError) -> Int {
    try file.required(file.int(key, in: range), key)
  }

  static func headWidth(
    _ file: SettingsReader, hiddenSize: Int, headCount: Int
  ) throws(CheckpointError) -> Int {
    if let width = try file.int("head_dim", in: headWidthRange) {
      guard width % 2 == 0 else { throw file.wrong("head_dim", "an even number") }
      return width
    }
    let width = hiddenSize / headCount
    guard hiddenSize % headCount == 0, width % 2 == 0, headWidthRange.contains(width) else {
      let allowed =
        "a number that divides hidden_size, \(hiddenSize), into even heads of at most "
        + "\(headWidthRange.upperBound)"
      throw file.wrong("num_attention_heads", allowed)
    }
    return width
  }

  /// What the attention kernels have room for.
  private static let headWidthRange = 2...256

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
