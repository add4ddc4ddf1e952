import Checkpoints
import Serialization

/// A kind of model of texts and images whose part for texts is read: its config under `text_config`,
/// its tensors behind a longer prefix.
///
/// Given texts alone, such models compute what their part for texts does.
struct TextPart: Hashable, Sendable {
  /// The `model_type` of the whole.
  let modelType: String
  /// The `model_type` of the part where its config leaves it out.
  var partType: String?

  /// Every such kind: a line each.
  static let all = [
    TextPart(modelType: "gemma3", partType: "gemma3_text"), TextPart(modelType: "mistral3"),
    TextPart(modelType: "llava"), TextPart(modelType: "llava_next"),
    TextPart(modelType: "internvl"), TextPart(modelType: "smolvlm"),
    TextPart(modelType: "idefics3"), TextPart(modelType: "aya_vision"),
    TextPart(modelType: "cohere2_vision"),
    TextPart(modelType: "qwen3_5", partType: "qwen3_5_text"),
  ]

  /// The kind of a config; nil where it is of texts alone.
  static func of(_ file: ConfigReader) -> TextPart? {
    guard let type = file.value("model_type")?.string, file.value("text_config") != nil else {
      return nil
    }
    return all.first { $0.modelType == type }
  }

  /// The config of the part, with what the whole says for it.
  func config(_ file: ConfigReader) throws(CheckpointError) -> ConfigReader {
    var object = try file.required(file.section("text_config"), "text_config").object
    if object["model_type"] == nil, let partType { object["model_type"] = .string(partType) }
    for key in Self.sharedKeys {
      guard let value = file.value(key) else { continue }
      if key == ModelConfig.tieKey || (object[key] ?? .null).isNull { object[key] = value }
    }
    object["architectures"] = nil
    return ConfigReader(object, path: file.path)
  }

  /// What stands beside the config of the part, and is about it.
  private static let sharedKeys = [
    "torch_dtype", "dtype", "bos_token_id", "eos_token_id", "pad_token_id", ModelConfig.tieKey,
    "quantization_config",
  ]

  /// What files have in the place of `model.` before the names of the part's tensors.
  static let prefixes = ["language_model.model.", "model.language_model.", "model.text_model."]
  /// What they have before the head's.
  static let headPrefix = "language_model."

  /// Whether a tensor belongs to what the model has for images.
  static func isOfImages(_ name: String) -> Bool {
    let rest = name.hasPrefix("model.") ? name.dropFirst("model.".count) : name[...]
    return imageParts.contains { rest.hasPrefix($0) }
  }

  private static let imageParts = [
    "vision_tower.", "vision_model.", "multi_modal_projector.", "connector.", "image_newline",
    "visual.",
  ]

  /// What is told when the part is read.
  var note: String {
    "the part for texts of a \(modelType) model is read; what it has for images is left out, and "
      + "`save model` writes a model of texts."
  }
}
