import Autograd
package import Models
import Tensors

/// What activations a training micro-batch takes, from sizes alone: what a model keeps for the
/// backward pass and what it needs beside that, in floats.
///
/// The moments that can be the highest are the loss, when everything is kept and logits exist, and the
/// backward pass of the last feed-forward layer, of either half where there are two. Each line below
/// answers to one operation; a test holds the sum against what an arena really held.
package struct ActivationMemory: Sendable {
  private let blueprint: Blueprint
  /// The ranks of all adapted layers together, a number each row keeps; 0 without an adapter.
  private let rankSum: Int
  /// Outputs that magnitudes scale, of all layers: what they were before is kept too.
  private let scaledOutputs: Int
  /// Whether only the input of each block is kept.
  private let recomputes: Bool

  package init(
    blueprint: Blueprint, rankSum: Int, scaledOutputs: Int = 0, recomputes: Bool
  ) {
    self.blueprint = blueprint
    self.rankSum = rankSum
    self.scaledOutputs = scaledOutputs
    self.recomputes = recomputes
  }

  /// The blocks of a half that only reads.
  private var readingLayers: [LayerPlan] { blueprint.reader?.layers ?? [] }

  /// Floats that adapters keep a row, in each block.
  private var keptByAdapters: Int {
    (rankSum + scaledOutputs) / max(1, blueprint.layers.count + readingLayers.count)
  }

  /// Floats that the largest block keeps a row: inside it, without its input.
  private func keptInLargest(_ layers: [LayerPlan]) -> Int {
    (layers.map(\.keptCount).max() ?? 0) + keptByAdapters
  }

  /// Floats a row of the place that one product for several uses leaves empty when they are taken
  /// out of it: in a block that is run again nothing else is that wide.
  private func gapInLargest(_ layers: [LayerPlan]) -> Int {
    layers.map { max($0.mixer.fusedCount, $0.feedForward?.fusedCount ?? 0) }.max() ?? 0
  }

  /// Floats a row that are kept until the loss: the embedding, and each block's part.
  private func keptUntilLoss(_ layers: [LayerPlan]) -> Int {
    let hidden = blueprint.hiddenSize
    return layers.reduce(hidden) { sum, layer in
      sum + (recomputes ? hidden : layer.keptCount + keptByAdapters)
    }
  }

  /// Floats a row of the gradients of a block's output and of what its feed-forward layer has inside,
  /// and of the insides of a block that is run again.
  private func besideInBackward(_ layers: [LayerPlan]) -> Int {
    let gradients = blueprint.hiddenSize + (layers.map(\.gradientCount).max() ?? 0)
    return gradients + (recomputes ? keptInLargest(layers) + gapInLargest(layers) : 0)
  }

  /// Floats for a token that is read: what the half that reads keeps until its backward pass, and what
  /// there is beside at the loss, and in the other half's backward pass.
  private var ofReading: (kept: Int, atLoss: Int, inBackward: Int) {
    guard !readingLayers.isEmpty else { return (0, 0, 0) }
    let hidden = blueprint.hiddenSize
    let keys = blueprint.layers.map { 2 * ($0.crossAttention?.attention.keyWidth ?? 0) }
    // What the last norm gives is kept, as is what it is made of.
    let kept = keptUntilLoss(readingLayers) + hidden + 1
    guard recomputes else { return (kept, keys.reduce(0, +), keys.reduce(0, +)) }
    // The gradient of what was read is gathered from block to block.
    return (kept, 0, hidden + (keys.max() ?? 0))
  }

  /// Floats for a key that is laid out anew, with its value: of each block, or of one that is run again.
  private var keysKept: Int {
    let keys = blueprint.layers.map { 2 * ($0.attention?.keyWidth ?? 0) }
    return recomputes ? keys.max() ?? 0 : keys.reduce(0, +)
  }

  /// Floats that a micro-batch takes at its peak.
  package func peak(of size: MicrobatchSize) -> (activations: Int, logits: Int) {
    let (hidden, vocabulary) = (blueprint.hiddenSize, blueprint.vocabularySize)
    let (rows, kept, read) = (size.rows, keptUntilLoss(blueprint.layers), ofReading)
    let chunk = min(size.trained, CrossEntropyChunk.rowCount(vocabularySize: vocabulary))
    // A soft cap is undone with the help of a copy.
    let copies = blueprint.head.softCap == nil ? 1 : 2
    let logits = copies * chunk * vocabulary
    let spread = size.spreadKeys * keysKept
    // The last norm's result, its gradient, and the rows of the chunk.
    let atLoss =
      rows * (kept + 2 * hidden + 1) + chunk * hidden + size.read * (read.kept + read.atLoss)
      + spread
    // The norm after the last block, and the block's output, are done with by then; a block that
    // is run again has an output of its own.
    let done = recomputes ? 0 : hidden
    let inBackward =
      rows * (kept + besideInBackward(blueprint.layers) - done)
      + size.read * (read.kept + read.inBackward) + spread
    let inReading = size.read * (read.kept + besideInBackward(readingLayers) - done)
    let highest = max(inBackward, inReading)
    return highest > atLoss + logits ? (highest, 0) : (atLoss, logits)
  }
}

extension LayerPlan {
  /// Floats kept a row, the block's input aside.
  fileprivate var keptCount: Int {
    // The norms before the parts read what is kept anyway; the results of attention and
    // feed-forward are the residual stream.
    let before = [attentionNorm, feedForwardNorm].reduce(0) { $0 + ($1?.statisticCount ?? 0) }
    let after = [attentionSumNorm, feedForwardSumNorm].reduce(0) { $0 + ($1?.keptCount() ?? 0) }
    let inner = (feedForward?.keptCount ?? 0) + (experts?.keptCount ?? 0)
    let ofPrompts = crossAttention.map { cross in
      cross.norm.statisticCount + 2 * cross.attention.queryWidth + cross.attention.shape.headCount
        + cross.attention.output.outputs
    }
    // The results of the two parts, each as wide as the residual stream.
    let results = 2 * (mixer.linears.last?.outputs ?? 0)
    return before + after + mixer.keptCount + inner + results
      + (ofPrompts ?? 0)
  }

  /// Floats a row of the gradients that exist at a time inside what works on each token.
  fileprivate var gradientCount: Int {
    max(feedForward?.gradientCount ?? 0, experts?.gradientCount ?? 0)
  }
}

extension ExpertsPlan {
  /// Floats kept a row: scores and weights, and of each expert that it goes to what the expert keeps
  /// and gives.
  fileprivate var keptCount: Int {
    let expert = experts.first.map { $0.keptCount + $0.down.outputs } ?? 0
    return rule.expertCount + rule.chosenCount * (1 + expert)
  }

  /// Floats a row: of an expert that gets half as many again as the mean its gradients, what it reads
  /// and the gradient of what it gives, and the two that these are gathered from.
  fileprivate var gradientCount: Int {
    guard let expert = experts.first else { return 0 }
    let ofExpert = Double(expert.gradientCount + 2 * expert.down.outputs)
    return Int(min(1, 1.5 * tokenShare) * ofExpert) + 2 * expert.down.outputs
  }
}

extension NormPlan {
  /// Numbers kept for each stretch that is normalised: the scale, and the mean where it counts.
  fileprivate var statisticCount: Int { kind == .layer ? 2 : 1 }

  /// Floats kept a row by a norm of `total` numbers whose input nothing else keeps.
  fileprivate func keptCount(of total: Int? = nil) -> Int {
    let total = total ?? width
    return total + total / width * statisticCount
  }
}

extension MixerPlan {
  /// Floats kept a row.
  fileprivate var keptCount: Int {
    switch self {
    case .attention(let plan): plan.keptCount
    // What the input layer makes, and what the convolution does.
    case .convolution(let plan): 4 * plan.width
    // What the convolution reads and gives, and its parts with what each was divided by; results,
    // their scales and gates; numbers of the states' gates, and what is made of them.
    case .deltaNet(let plan):
      3 * plan.input.outputs + 2 * plan.shape.allValuesWidth
        + 2 * plan.shape.keyHeadCount + 5 * plan.shape.valueHeadCount
    }
  }

  /// Floats a row of one product that parts are taken out of; 0 where there is none.
  fileprivate var fusedCount: Int {
    switch self {
    case .attention(let plan): plan.fusedCount
    case .convolution(let plan): plan.input.outputs
    case .deltaNet(let plan): plan.input.outputs
    }
  }
}

extension AttentionPlan {
  fileprivate var keptCount: Int {
    if case .latent(let latent) = projections {
      // Heads are padded, and what attention gives is kept without the padding too.
      let padded = 4 * queryWidth + shape.headCount
      let given = latent.valueWidth < latent.headWidth ? output.inputs : 0
      return padded + given + (queryNorm?.keptCount() ?? 0) + (keyNorm?.keptCount() ?? 0)
    }
    // Queries, keys, values and what attention gives, with a number a head.
    return (isGated ? 3 : 2) * queryWidth + 2 * keyWidth + shape.headCount
      + (queryNorm?.keptCount(of: queryWidth) ?? 0) + (keyNorm?.keptCount(of: keyWidth) ?? 0)
      + (outputNorm?.keptCount() ?? 0)
  }
}

extension AttentionPlan {
  /// Floats a row of the one product that queries, keys and values are taken out of; 0 where each has
  /// its own.
  fileprivate var fusedCount: Int {
    if case .fused(let all, _) = projections { all.outputs } else { isGated ? 2 * queryWidth : 0 }
  }
}

extension FeedForwardPlan {
  /// Floats kept a row: the inputs of the activation.
  fileprivate var keptCount: Int {
    (isGated ? 2 : 1) * innerWidth + (outputNorm?.keptCount() ?? 0)
      + (shareGate == nil ? 0 : down.outputs + 1)
  }

  /// Floats a row of the one product that gate and `up` are taken out of; 0 where each has its own.
  fileprivate var fusedCount: Int { upHoldsGate ? 2 * innerWidth : 0 }

  /// Floats a row of the gradients that exist at a time inside: of the result of the activation,
  /// and of its inputs, or of these and what they are taken out of.
  fileprivate var gradientCount: Int { (upHoldsGate ? 4 : isGated ? 3 : 2) * innerWidth }
}
