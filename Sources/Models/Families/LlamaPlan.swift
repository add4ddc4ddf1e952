import Serialization
import Tensors

/// What a model of llama's kind computes: its sizes, and what differs between the families.
///
/// What is given here as a default is llama's.
struct LlamaPlan {
  let hiddenSize: Int
  let intermediateSize: Int
  let layerCount: Int
  let headCount: Int
  let keyValueHeadCount: Int
  /// The width of one head; even, for positions turn pairs.
  let headWidth: Int
  let vocabularySize: Int
  let maximumPositions: Int
  var normEpsilon: Double
  let ropeTheta: Double
  let ropeScaling: RopeScaling
  /// Whether the output layer is the embedding table.
  let isTied: Bool
  let activation: Activation

  /// What parts are called, and so which there are.
  var names = LlamaNames()
  /// Whether the projections to queries, keys and values have a bias.
  var attentionBias = false
  /// Whether attention's output projection has one.
  var attentionOutputBias = false
  var mlpBias = false
  /// Whether the output layer has one.
  var hasHeadBias = false
  /// Whether config.json says which biases there are.
  var statesBiases = false
  /// What norms take as the size of a row; an offset is 1 where files keep weights less one.
  var normKind = NormPlan.Kind.rootMeanSquare(offset: 0)
  /// Whether norms by mean and variance have a bias.
  var normBias = true
  /// What is added to their weights.
  var normOffset = 0.0
  /// Whether norms have weights.
  var normsLearn = true
  /// How queries and keys are normalised before positions turn them.
  var queryKeyNorms = QueryKeyNorms.none
  /// Whether those norms are of what positions have turned.
  var normsTurned = false
  /// Whether attention and the feed-forward layer read the same.
  var isParallel = false
  /// What embeddings are multiplied by.
  var embeddingScale = 1.0
  /// What the results of attention and feed-forward are multiplied by before they are added.
  var residualMultiplier = 1.0
  /// What hidden states are multiplied by for the logits.
  var headScale = 1.0
  /// What q · k is multiplied by; one over the root of the head's width in most families.
  var scoreScale: Float
  /// Bounds of attention's scores and of the logits: x becomes cap · tanh(x / cap).
  var attentionSoftCap: Double?
  var logitSoftCap: Double?
  /// The window of each layer, in tokens: a token sees that many, itself the last of them; nil
  /// where it sees all of the past.
  var windows: [Int?]
  /// Which layers are of the kind with a window, also where that is as long as the context.
  var isSliding: [Bool]
  /// The theta of the layers of ``isSliding``, where it is not that of the others.
  var windowedRopeTheta: Double?
  /// Which layers' queries and keys positions turn.
  var isTurned: [Bool]
  /// The share of each head that positions turn; nil where the family turns all of it.
  let turnedShare: Double?
  /// The numbers of a head that positions turn, rounded as transformers rounds them.
  let turnedWidth: Int
  /// Whether the pairs that positions turn are neighbours.
  var isInterleaved = false
  /// Whether each head has a learned score that takes a share of its softmax.
  var hasSinks = false
  /// Experts, in some or all layers; nil where there are none.
  var mixture: MixturePlan?
  /// Convolutions, in the place of some layers' attention; nil where there are none.
  var convolutions: ConvolutionMix?
  /// States, in the place of some layers' attention; nil where there are none.
  var deltaNets: DeltaNetMix?
  /// Whether the layer that makes queries makes gates too, which multiply attention's results.
  var gatesAttention = false
  /// The width inside feed-forward layers where it is not what the file states.
  var adjustedSize: Int?

  /// The width inside feed-forward layers.
  var innerSize: Int { adjustedSize ?? intermediateSize }

  /// How queries and keys are normalised.
  enum QueryKeyNorms {
    case none
    /// Each head by itself, all with the same weights.
    case ofHeads
    /// All heads together.
    case ofAllHeads
  }
}

/// What the parts of a model of llama's kind are called in files; a name that is nil is of a part
/// that a family does not have.
struct LlamaNames {
  /// One projection to queries, keys and values, in the place of three.
  var fusedAttention: String?
  var attentionOutput = "o_proj"
  var queryNorm = "q_norm"
  var keyNorm = "k_norm"

  var feedForward = "mlp"
  /// Nil too where `up` makes both halves.
  var gate: String? = "gate_proj"
  var up = "up_proj"
  /// Whether `up` makes the gate, then what it multiplies.
  var upHoldsGate = false
  var down = "down_proj"

  /// Before attention.
  var attentionNorm: String? = "input_layernorm"
  /// Of attention's result, before it is added.
  var attentionOutputNorm: String?
  /// Before the feed-forward layer.
  var feedForwardNorm: String? = "post_attention_layernorm"
  /// Of the feed-forward layer's result.
  var feedForwardOutputNorm: String?
  /// After the last block.
  var lastNorm = "norm"

  /// Has norms of both results, and none before the parts.
  mutating func normsResults() {
    attentionNorm = nil
    attentionOutputNorm = "post_attention_layernorm"
    feedForwardNorm = nil
    feedForwardOutputNorm = "post_feedforward_layernorm"
  }
}
