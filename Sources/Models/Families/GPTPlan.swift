import Checkpoints
import Serialization
import Tensors

/// What a model of GPT's kind computes: norms by mean and variance, no gate, positions that are
/// learned, turn neighbours or halves, or add to the scores.
struct GPTPlan {
  let sizes: Sizes
  let names: GPTNames
  let activation: Activation
  let epsilon: Double
  /// Whether the output layer is the embedding table.
  let isTied: Bool

  /// Heads of keys, G.
  var keyValueHeadCount: Int
  /// Whether one layer's outputs are queries, key and value of each head of keys in turn.
  var isByGroup = false
  /// Where there are biases; attention's are of its inputs, then of its output.
  var attentionBias = true
  var attentionOutputBias = true
  var mlpBias = true
  var normBias = true
  var hasHeadBias = false
  /// Whether attention and the feed-forward layer read the same.
  var isParallel = false
  /// Whether norms are of the sums, rather than of what parts read.
  var normsSums = false
  /// Whether results are added to what the norms give.
  var addsToNormed = false
  var rotary: RotaryPlan?
  var alibi: AlibiPlan?
  /// The width of the table of tokens, where it is not that of the residual stream.
  var tableWidth: Int?
  /// The row of the first learned position; nil where none are learned.
  var positionOffset: Int?
  /// The scale of scores; one over the root of the head's width in most families.
  var scoreScale: Float
  /// The window of each layer.
  var windows: [Int?]

  /// The sizes that every such model has.
  struct Sizes {
    let hiddenSize: Int
    let innerSize: Int
    let layerCount: Int
    let headCount: Int
    let headWidth: Int
    let vocabularySize: Int
    let maximumPositions: Int
  }

  init(
    _ sizes: Sizes, _ names: GPTNames, activation: Activation, epsilon: Double, isTied: Bool
  ) {
    self.sizes = sizes
    self.names = names
    self.activation = activation
    self.epsilon = epsilon
    self.isTied = isTied
    keyValueHeadCount = sizes.headCount
    scoreScale = 1 / Float(sizes.headWidth).squareRoot()
    windows = Array(repeating: nil, count: sizes.layerCount)
  }
}

/// What the parts of a model of GPT's kind are called in files; a name that is nil is of a part that
/// a family does not have.
struct GPTNames {
  /// What stands before the names of the blocks' numbers.
  let layers: String
  let tokens: String
  var tokensNorm: String?
  var positions: String?
  /// From the table's width to that of the residual stream, and back.
  var projections: (into: String, outOf: String)?
  /// One projection to queries, keys and values, or three.
  let attention: [String]
  let attentionOutput: String
  let up: String
  let down: String
  let attentionNorm: String
  var feedForwardNorm: String?
  var lastNorm: String?
}

extension GPTPlan {
  var blueprint: Blueprint {
    let table = [sizes.vocabularySize, tableWidth ?? sizes.hiddenSize]
    return Blueprint(
      embedding: embedding(table), layers: (0..<sizes.layerCount).map(layer),
      norm: names.lastNorm.map(norm),
      head: HeadPlan(
        weight: TensorPlan("lm_head.weight", table, .matrix), isEmbedding: isTied,
        projection: projection(names.projections?.outOf, sizes.hiddenSize, table[1]),
        bias: hasHeadBias ? TensorPlan("lm_head.bias", [table[0]], .bias) : nil),
      maximumPositions: sizes.maximumPositions)
  }

  private func embedding(_ table: [Int]) -> EmbeddingPlan {
    let rows = sizes.maximumPositions + (positionOffset ?? 0)
    return EmbeddingPlan(
      tokens: TensorPlan("\(names.tokens).weight", table, .matrix),
      projection: projection(names.projections?.into, table[1], sizes.hiddenSize),
      positions: names.positions.map {
        TensorPlan("\($0).weight", [rows, sizes.hiddenSize], .positions)
      }, positionOffset: positionOffset ?? 0, norm: names.tokensNorm.map(norm))
  }

  /// The layer between the table's width and that of the residual stream, where they differ.
  private func projection(_ path: String?, _ inputs: Int, _ outputs: Int) -> LinearPlan? {
    guard let path, tableWidth != nil else { return nil }
    return LinearPlan(path: path, inputs: inputs, outputs: outputs)
  }

  private func layer(_ index: Int) -> LayerPlan {
    let path = "\(names.layers).\(index)"
    let attentionNorm = norm("\(path).\(names.attentionNorm)")
    let feedForwardNorm = names.feedForwardNorm.map { norm("\(path).\($0)") }
    return LayerPlan(
      attentionNorm: normsSums ? nil : attentionNorm, mixer: .attention(attention(index, path)),
      attentionSumNorm: normsSums ? attentionNorm : nil,
      feedForwardNorm: normsSums ? nil : feedForwardNorm, feedForward: feedForward(path),
      feedForwardSumNorm: normsSums ? feedForwardNorm : nil, isParallel: isParallel,
      addsToNormed: addsToNormed)
  }

  private func attention(_ index: Int, _ layer: String) -> AttentionPlan {
    let queries = sizes.headCount * sizes.headWidth
    let keys = keyValueHeadCount * sizes.headWidth
    func input(_ name: String, _ outputs: Int) -> LinearPlan {
      LinearPlan(
        path: "\(layer).\(name)", inputs: sizes.hiddenSize, outputs: outputs,
        hasBias: attentionBias)
    }
    let projections: AttentionPlan.Projections =
      names.attention.count == 1
      ? .fused(input(names.attention[0], queries + 2 * keys), byGroup: isByGroup)
      : .separate(
        query: input(names.attention[0], queries), key: input(names.attention[1], keys),
        value: input(names.attention[2], keys))
    return AttentionPlan(
      projections: projections,
      output: LinearPlan(
        path: "\(layer).\(names.attentionOutput)", inputs: queries, outputs: sizes.hiddenSize,
        hasBias: attentionOutputBias, writesResidual: true),
      shape: AttentionShape(
        headCount: sizes.headCount, keyValueHeadCount: keyValueHeadCount,
        headWidth: sizes.headWidth),
      options: AttentionOptions(scale: scoreScale, window: windows[index]), rotary: rotary,
      alibi: alibi)
  }

  private func feedForward(_ layer: String) -> FeedForwardPlan {
    FeedForwardPlan(
      up: LinearPlan(
        path: "\(layer).\(names.up)", inputs: sizes.hiddenSize, outputs: sizes.innerSize,
        hasBias: mlpBias),
      down: LinearPlan(
        path: "\(layer).\(names.down)", inputs: sizes.innerSize, outputs: sizes.hiddenSize,
        hasBias: mlpBias, writesResidual: true),
      activation: activation)
  }

  private func norm(_ path: String) -> NormPlan {
    NormPlan(
      path: path, width: sizes.hiddenSize, kind: .layer, epsilon: epsilon, hasBias: normBias)
  }
}
