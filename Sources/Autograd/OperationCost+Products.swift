import Tensors

/// The costs of operations that are matrix products.
extension OperationCost {
  /// A linear layer: `[N, C]` to `[N, O]`, with an adapter of rank R, or 0 for none.
  ///
  /// Backward, each of the input's and the weights' gradients costs what the forward pass does.
  static func linear(
    _ weight: Parameter, adapter: LowRankTerm?, rows: Int, givesInputGradient: Bool
  ) -> OperationCost {
    let (outputs, inputs) = (weight.shape[0], weight.shape[1])
    let rank = adapter?.a.shape[0] ?? 0
    let product = 2 * Double(rows) * Double(inputs) * Double(outputs)
    let low = 2 * Double(rows) * Double(rank) * Double(inputs + outputs)
    let (matrix, small) = (weight.weights.byteCount, rank * (inputs + outputs))
    let activations = rows * (inputs + outputs)
    let pass = Work(operations: product + low, floats: small + activations, packedBytes: matrix)
    var backward = givesInputGradient ? pass : Work()
    if weight.isTrainable {
      backward = backward + Work(operations: product, floats: 2 * weight.count + activations)
    }
    if adapter?.a.isTrainable == true {
      // Without the input's gradient, that of the bottleneck is needed all the same.
      let extra = givesInputGradient ? 0 : 2 * Double(rows) * Double(rank) * Double(outputs)
      backward = backward + Work(operations: low + extra, floats: 2 * small)
    }
    return OperationCost(shortName(weight), forward: pass, backward: backward)
  }

  /// Attention: 2 products of D a pair of query and key that it sees forward, 4 backward.
  ///
  /// The backward pass computes the scores a second time, which is not
  /// counted: a kernel that kept them would not need to.
  static func attention(
    _ sequences: [AttentionStretch], shape: AttentionShape, options: AttentionOptions
  ) -> OperationCost {
    let pairs = sequences.reduce(0.0) { $0 + seenPairs($1, options) }
    let (queries, keys) = sequences.reduce((0, 0)) {
      ($0.0 + $1.queryCount, $0.1 + $1.keyCount)
    }
    let wide = queries * shape.headCount * shape.headWidth
    let narrow = keys * shape.keyValueHeadCount * shape.headWidth
    let product = 4 * pairs * Double(shape.headCount * shape.headWidth)
    return OperationCost(
      "attention", forward: Work(operations: product, floats: 2 * wide + 2 * narrow),
      backward: Work(operations: 2 * product, floats: 4 * wide + 4 * narrow))
  }

  /// The pairs of a query and a key that it sees, of one head.
  private static func seenPairs(
    _ stretch: AttentionStretch, _ options: AttentionOptions
  ) -> Double {
    (0..<stretch.queryCount).reduce(0.0) { sum, query in
      let position = stretch.keyCount - stretch.queryCount + query
      let window = options.window ?? stretch.keyCount
      let past = min(position + 1, window)
      let future = options.isCausal ? 0 : min(stretch.keyCount - position, window) - 1
      return sum + Double(past + future)
    }
  }

  /// The output head and its loss, for `rows` trained rows; its gradients are part of the pass.
  static func crossEntropy(
    rows: Int, weight: Parameter, givesInputGradient: Bool, trainsHead: Bool
  ) -> OperationCost {
    let product = 2 * Double(rows) * Double(weight.count)
    let hidden = rows * weight.shape[1]
    var work = Work(operations: product, floats: hidden, packedBytes: weight.weights.byteCount)
    if givesInputGradient { work = work + Work(operations: product, floats: hidden) }
    if trainsHead { work = work + Work(operations: product, floats: 2 * weight.count) }
    return OperationCost("head and loss", forward: work)
  }

  /// The module of a weight, without its place: `up_proj` of `model.layers.0.mlp.up_proj.weight`.
  private static func shortName(_ weight: Parameter) -> String {
    let parts = weight.name.split(separator: ".")
    return parts.dropLast().last.map(String.init) ?? weight.name
  }
}
