import Checkpoints
import Foundation
import Serialization
import Tensors

/// A folder of a tiny model with golden.json and golden.safetensors: what others make of it.
package protocol GoldenFolder {
  /// The folder.
  var path: String { get }
}

extension GoldenFolder {
  /// The values of a tensor of golden.safetensors, such as `hidden/0`.
  package func values(_ name: String) throws -> [Float] {
    try Safetensors(path: path + "/golden.safetensors").tensor(named: name).values
  }

  /// The names after `prefix` of the tensors of golden.safetensors that begin with it, sorted.
  package func names(_ prefix: String) throws -> [String] {
    try Safetensors(path: path + "/golden.safetensors").names
      .filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
  }

  /// The model's tensors.
  func weights() throws -> Safetensors { try Safetensors(path: path + "/model.safetensors") }

  /// What golden.json says.
  func golden() throws -> JSONValue { try JSONValue(parsing: bytes("golden.json")) }

  /// A file of the folder.
  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(filePath: path + "/" + name)))
  }
}
