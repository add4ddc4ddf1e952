import Checkpoints
import Foundation
import Serialization
import Tensors
import TestSupport
import Testing

/// A folder of its own for one test, removed at the end.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/checkpoints-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and returns its path.
  @discardableResult
  func put(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    return path + "/" + name
  }

  @discardableResult
  func put(_ name: String, _ text: String) throws -> String { try put(name, Array(text.utf8)) }

  func bytes(of name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
  }

  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}

/// The bytes of a safetensors file with this header, whatever it says, and this much data.
func safetensors(_ header: String, dataCount: Int = 0) -> [UInt8] {
  let text = Array(header.utf8)
  return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text
    + (0..<dataCount).map { UInt8(truncatingIfNeeded: $0) }
}

/// The error that `body` throws; nil when it throws none.
func failure<Value>(of body: () throws(CheckpointError) -> Value) -> CheckpointError? {
  do throws(CheckpointError) {
    _ = try body()
    return nil
  } catch { return error }
}

/// A config.json of a tiny model with some keys set to other values; nil removes a key.
func tinyConfig(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
  var object: JSONObject = [
    "model_type": "llama", "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 1,
    "num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": 16,
    "max_position_embeddings": 32, "bos_token_id": 1, "eos_token_id": 2,
  ]
  for (key, value) in changes { object[key] = value }
  return object
}

/// Writes a folder with config.json, tokenizer.json and one tensor `w`, [2, 2].
func putTinyModel(in folder: TemporaryFolder) throws {
  try folder.put("config.json", JSONValue.object(tinyConfig()).text)
  try folder.put("tokenizer.json", "{}")
  try Safetensors.write(
    ["w": Tensor([1, 2, 3, 4], shape: [2, 2])], as: .float32,
    to: folder.path + "/model.safetensors")
}
