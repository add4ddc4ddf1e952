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

/// Writes a folder with config.json, tokenizer.json and one tensor `w`, [2, 2].
func putTinyModel(in folder: TemporaryFolder) throws {
  try folder.put("config.json", JSONValue.object(tinyConfig()).text)
  try folder.put("tokenizer.json", "{}")
  try Safetensors.write(
    ["w": Tensor([1, 2, 3, 4], shape: [2, 2])], as: .float32,
    to: folder.path + "/model.safetensors")
}
