import Checkpoints
import Serialization
import Tensors

/// The steps of reading a config.json that need more than one line.
extension ModelConfig {
  /// The family of a config, and its type where that is another name.
  static func family(
    _ file: ConfigReader
  ) throws(CheckpointError) -> (ModelFamily, renamed: String?) {
    let type = try file.required(file.string("model_type"), "model_type")
    if let family = ModelFamily.all.first(where: { $0.modelType == type }) {
      return (family, nil)
    }
    guard let family = try RenamedType.family(file, type: type) else {
      throw .unknownModelType(path: file.path, found: type, known: knownTypes)
    }
    return (family, type)
  }

  /// Reads an id, or a list of ids; empty when the key is left out.
  static func tokenIDs(
    _ key: String, in range: ClosedRange<Int>, _ file: ConfigReader
  ) throws(CheckpointError) -> [Int] {
    guard let value = file.value(key) else { return [] }
    var ids: [Int] = []
    for element in value.array ?? [value] {
      guard let id = element.int, range.contains(id) else {
        let allowed = "ids from \(range.lowerBound) to \(range.upperBound), below vocab_size"
        throw file.wrong(key, allowed)
      }
      ids.append(id)
    }
    return ids
  }

  /// The number format that the file names; `dtype` is transformers 5's word.
  static func dtype(_ file: ConfigReader) throws(CheckpointError) -> DType? {
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
