import Checkpoints
import Tensors

extension Activation {
  /// Names in config.json, that which is written first; transformers has several for some.
  private static let names: [(name: String, activation: Activation)] = [
    ("silu", .silu), ("swish", .silu), ("gelu", .gelu), ("gelu_python", .gelu),
    ("gelu_pytorch_tanh", .geluTanh), ("gelu_new", .geluTanh), ("gelu_fast", .geluTanh),
    ("gelu_accurate", .geluTanh), ("gelu_python_tanh", .geluTanh), ("quick_gelu", .geluQuick),
    ("relu", .relu), ("relu2", .reluSquared), ("tanh", .tanh),
    ("sigmoid", .sigmoid),
  ]

  /// The activation of a name; nil when it is not known.
  init?(configName: String) {
    guard let found = Self.names.first(where: { $0.name == configName }) else { return nil }
    self = found.activation
  }

  /// The name that is written.
  var configName: String { Self.names.first { $0.activation == self }?.name ?? "" }

  /// Reads the activation under `key`.
  init(_ key: String, _ file: ConfigReader) throws(CheckpointError) {
    let name = try file.required(file.string(key), key)
    guard let activation = Activation(configName: name) else {
      let known = Self.names.map { "\"\($0.name)\"" }.joined(separator: ", ")
      throw file.wrong(key, "one of \(known)")
    }
    self = activation
  }
}
