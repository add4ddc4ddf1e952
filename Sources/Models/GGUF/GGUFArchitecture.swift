package import Serialization
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
  /// A tensor, such as `blk.#.ffn_gate_inp.weight`, that files of these models have and others of the
  /// name have not; nil where none have it.
  package var marker: String?
  /// The modules of a Hugging Face folder, and what they are called in the file.
  package let modules: [GGUFModule]
  /// Tensors whose names do not end as the file's do, both whole.
  package var tensors: [(name: String, pattern: String)] = []
  /// The keys of config.json that are settings of the file.
  package let settings: [GGUFSetting]
  /// Keys of config.json that say whether there are tensors such as `blk.0.attn_q.bias`.
  package var presences: [(key: String, tensor: String)] = []
  /// Keys of config.json that follow from the name alone.
  package var constants: JSONObject = [:]
  /// The key of config.json for the share of a head that positions turn, which the file has as
  /// `rope.dimension_count`; nil where they turn all of it.
  package var rotaryShareKey: String?
  /// Whether models read whole texts, and write none.
  package var isEncoder = false
  /// Whether keys and values come by way of a narrow state, whose widths are settings of their own.
  var hasLatentAttention = false
  /// How routers score experts, by the file's number of it.
  var expertScoring = 1
  /// Members of config.json's `rope_scaling` that follow from the name alone.
  var ropeConstants: JSONObject = [:]
  /// The width of an expert where the settings may leave it out: a key of config.json.
  package var expertWidthKey: String?
  /// Whether positions turn queries and keys; else they are learned vectors.
  package var isRotary = true
  /// The number of layers of the one model whose scores are scaled by C / H instead of the width of
  /// a head; nil where the config has no such key.
  package var widestLayerCount: Int?
  /// Whether rows of queries and keys lie pair after pair, as llama.cpp turns them, and not half
  /// after half, as transformers does.
  package var interleavesPairs = false
  /// Whether the one matrix for queries, keys and values has all queries first, where transformers
  /// has, for each head of keys in turn, its queries, the key and the value.
  package var groupsHeads = false
  /// Whether the weights of norms are kept with the 1 that transformers adds to them.
  package var normsIncludeOne = false

  /// Whether models are written: what llama.cpp computes with such a file was held against the model.
  package var isWritten = false
  /// The activation that llama.cpp computes; nil where it is the settings' choice.
  package var activation: Activation? = .silu
  /// Whether llama.cpp takes the table of tokens for the head, whatever is there.
  package var isAlwaysTied = false
  /// Whether llama.cpp looks for biases of layers.
  var takesBiases = true
  /// Whether a file has to hold the head, also where it is the table of tokens.
  package var needsHead = false
  /// Every how many layers one has no window, unless the file says otherwise.
  package var windowPeriod: Int?

  /// The name in the file of a tensor of a Hugging Face folder; nil when it has none.
  ///
  /// Where two tensors of the file hold it, the first of them.
  package func fileName(of tensor: String) -> String? {
    let (whole, layer) = GGUFModule.numbered(tensor)
    if let own = tensors.first(where: { $0.name == whole }) {
      return GGUFModule.filled(own.pattern, layer)
    }
    guard let end = tensor.lastIndex(of: "."), let module = module(of: tensor) else { return nil }
    let numbers = GGUFModule.numbered(String(tensor[..<end])).numbers
    return GGUFModule.filled(module.pattern, numbers) + tensor[end...]
  }

  /// The module of a tensor of a Hugging Face folder.
  func module(of tensor: String) -> GGUFModule? {
    guard let end = tensor.lastIndex(of: ".") else { return nil }
    let pattern = GGUFModule.numbered(String(tensor[..<end])).pattern
    return modules.first { $0.name == pattern }
  }

  /// Tensors that follow from the settings, or that settings of a folder follow from.
  static let derivedTensors: Set = [
    "rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight",
  ]
}
