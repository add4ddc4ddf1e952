/// What a model computes beyond the sizes of its parts: where families differ.
///
/// What is given here as a default is llama's.
package struct ModelTraits: Hashable, Sendable {
  /// The function that the feed-forward layer's gate goes through, by its first name in files.
  package enum Activation: String, Hashable, Sendable {
    case silu
    case gelu
    case geluTanh = "gelu_pytorch_tanh"

    /// Names that mean the same: transformers has several for some.
    static let names: [String: Activation] = [
      "silu": .silu, "swish": .silu, "gelu": .gelu, "gelu_pytorch_tanh": .geluTanh,
      "gelu_new": .geluTanh,
    ]
  }

  package var activation = Activation.silu
  /// Whether the projections to queries, keys and values have a bias.
  package var attentionBias = false
  /// Whether attention's output projection has one.
  package var attentionOutputBias = false
  package var mlpBias = false
  /// What is added to the weights of norms: 1 where files keep them less one.
  package var normOffset = 0.0
  /// Whether each head of queries and keys is normalised before positions turn it.
  package var hasQueryKeyNorms = false
  /// Whether the results of attention and feed-forward are normalised before they are added.
  package var hasPostNorms = false
  /// What embeddings are multiplied by.
  package var embeddingScale = 1.0
  /// Scores are q · k / sqrt of this; the head's width in most families.
  package var queryScalar: Double
  /// Bounds of attention's scores and of the logits: x becomes cap · tanh(x / cap).
  package var attentionSoftCap: Double?
  package var logitSoftCap: Double?
  /// The window of each layer: how many tokens a token sees, itself the last of them; nil where
  /// it sees all of the past.
  package var windows: [Int?]
  /// Which layers are of the kind with a window, also where that is as long as the context.
  package var isSliding: [Bool]
  /// The theta of the layers of ``isSliding``, where it is not that of the others.
  package var windowedRopeTheta: Double?

  init(sizes: FamilySizes) {
    queryScalar = Double(sizes.headWidth)
    windows = Array(repeating: nil, count: sizes.layerCount)
    isSliding = Array(repeating: false, count: sizes.layerCount)
  }
}

/// The numbers of a config that a family's traits follow from.
struct FamilySizes {
  let hiddenSize: Int
  let headWidth: Int
  let layerCount: Int
  let maximumPositions: Int
}
