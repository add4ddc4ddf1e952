package import Tensors

/// How the models of one `general.architecture` stand in GGUF files: names of tensors and settings.
///
/// One table, used by reading and by writing. What is in a file is what llama.cpp's converters
/// write there, some of it in another form than in a Hugging Face folder.
package struct GGUFArchitecture: Sendable {
  /// As `general.architecture` has it; the settings' keys begin with it.
  package let name: String
  /// The `model_type` of config.json that reading gives.
  package let modelType: String
  /// Others whose models are written under the name as well.
  package var otherModelTypes: [String] = []
  /// The modules of a Hugging Face folder, and what they are called in the file.
  package let modules: [GGUFModule]
  /// The keys of config.json that are settings of the file.
  package let settings: [GGUFSetting]
  /// Keys of config.json that say whether there are tensors such as `blk.0.attn_q.bias`.
  package var presences: [(key: String, tensor: String)] = []
  /// The key of config.json for the share of a head that positions turn, which the file has as
  /// `rope.dimension_count`; nil where they turn all of it.
  package var rotaryShareKey: String?
  /// Whether positions turn queries and keys; else they are learned vectors.
  package var isRotary = true
  /// The number of layers of the one model whose scores are scaled by C / H instead of the width of
  /// a head; nil where the config has no such key.
  package var widestLayerCount: Int?
  /// Whether rows of queries and keys lie pair after pair, as llama.cpp turns them, and not half
  /// after half, as transformers does.
  package var interleavesPairs = false
  /// Whether the one matrix for queries, keys and values has all queries first, where transformers
  /// has the three of each head in turn.
  package var groupsHeads = false
  /// Whether the weights of norms are kept with the 1 that transformers adds to them.
  package var normsIncludeOne = false

  /// Whether models are written: what llama.cpp computes with such a file was held against the model.
  package var isWritten = false
  /// The activation that llama.cpp computes; nil where it is the settings' choice.
  package var activation: Activation? = .silu
  /// Whether llama.cpp takes the table of tokens for the head, whatever is there.
  package var isAlwaysTied = false
  /// Whether a file has to hold the head, also where it is the table of tokens.
  package var needsHead = false
  /// Every how many layers one has no window, unless the file says otherwise.
  package var windowPeriod: Int?

  /// The name in the file of a tensor of a Hugging Face folder; nil when it has none.
  package func fileName(of tensor: String) -> String? {
    guard let end = tensor.lastIndex(of: ".") else { return nil }
    let (module, layer) = GGUFModule.numbered(String(tensor[..<end]))
    guard let found = modules.first(where: { $0.name == module }) else { return nil }
    return found.fileName(layer: layer) + tensor[end...]
  }

  /// The name in a Hugging Face folder of a tensor of the file; nil when it has none.
  package func tensorName(ofFile name: String) -> String? {
    guard let end = name.lastIndex(of: ".") else { return nil }
    let (pattern, layer) = GGUFModule.numbered(String(name[..<end]))
    guard let found = modules.first(where: { $0.pattern == pattern }) else { return nil }
    return GGUFModule.filled(found.name, layer) + name[end...]
  }

  /// Tensors that follow from the settings, or that settings of a folder follow from.
  static let derivedTensors: Set = [
    "rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight",
  ]

  /// The name in the file of a module of a Hugging Face folder; nil when it has none.
  package func fileName(ofModule path: String) -> String? {
    let (module, layer) = GGUFModule.numbered(path)
    return modules.first { $0.name == module }?.fileName(layer: layer)
  }
}

/// A module of a model, under both of its names; `#` stands for a layer's number.
package struct GGUFModule: Sendable {
  /// In a Hugging Face folder, such as `model.layers.#.self_attn.q_proj`.
  package let name: String
  /// In the file, such as `blk.#.attn_q`.
  let pattern: String

  init(_ name: String, _ pattern: String) {
    self.name = name
    self.pattern = pattern
  }

  /// The name in the file of the module in a layer.
  func fileName(layer: String?) -> String { Self.filled(pattern, layer) }

  /// A pattern with a layer's number in the place of `#`.
  static func filled(_ pattern: String, _ layer: String?) -> String {
    guard let layer else { return pattern }
    return pattern.split(separator: "#", omittingEmptySubsequences: false).joined(separator: layer)
  }

  /// A path with `#` for its first part that is a number, and that number.
  static func numbered(_ path: String) -> (pattern: String, layer: String?) {
    var parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard let place = parts.firstIndex(where: { !$0.isEmpty && $0.allSatisfy(\.isWholeNumber) })
    else { return (path, nil) }
    let layer = parts[place]
    parts[place] = "#"
    return (parts.joined(separator: "."), layer)
  }
}

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
