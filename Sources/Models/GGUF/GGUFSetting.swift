/// A key of config.json that is a setting of the file.
package struct GGUFSetting: Sendable {
  /// What the value is.
  package enum Kind: Hashable, Sendable {
    case integer
    case number
    case flag
    /// In the file whether each layer has a window, in config.json the layer's type.
    case windowedLayers
  }

  /// In config.json, such as `hidden_size`.
  package let key: String
  /// In the file, after the architecture's name and a dot, such as `embedding_length`.
  package let name: String
  /// What the value is.
  package let kind: Kind
  /// Whether a file may leave it out.
  package let isOptional: Bool

  init(_ key: String, _ name: String, _ kind: Kind = .integer, isOptional: Bool = false) {
    self.key = key
    self.name = name
    self.kind = kind
    self.isOptional = isOptional
  }
}
