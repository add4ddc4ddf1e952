import Autograd
package import Models
import Tensors

/// What activations a training micro-batch takes, from sizes alone: what a model keeps for the
/// backward pass and what it needs beside that, in floats.
///
/// The two moments that can be the highest are the loss, when everything is kept and logits exist,
/// and the backward pass of the last feed-forward layer. Each line below answers to one operation;
/// a test holds the sum against what an arena really held.
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

  /// Floats that adapters keep a row, in each block.
  private var keptByAdapters: Int { (rankSum + scaledOutputs) / max(1, blueprint.layers.count) }

  /// Floats that the largest block keeps a row: inside it, without its input.
  private var keptInLargestBlock: Int {
    (blueprint.layers.map(\.keptCount).max() ?? 0) + keptByAdapters
  }

  /// Floats a row of the place that one product for several uses leaves empty when they are taken
  /// out of it: in a block that is run again nothing else is that wide.
  private var gapInLargestBlock: Int {
    blueprint.layers.map { max($0.attention.fusedCount, $0.feedForward.fusedCount) }.max() ?? 0
  }

  /// Floats a row that are kept until the loss: the embedding, and each block's part.
  private var keptUntilLoss: Int {
    let hidden = blueprint.hiddenSize
    return blueprint.layers.reduce(hidden) { sum, layer in
      sum + (recomputes ? hidden : layer.keptCount + keptByAdapters)
    }
  }

  /// Floats that a micro-batch of `rows` tokens, `trained` of them with a loss, takes at its peak.
  package func peak(rows: Int, trained: Int) -> (activations: Int, logits: Int) {
    let (hidden, vocabulary) = (blueprint.hiddenSize, blueprint.vocabularySize)
    let chunk = min(trained, CrossEntropyChunk.rowCount(vocabularySize: vocabulary))
    // A soft cap is undone with the help of a copy.
    let copies = blueprint.head.softCap == nil ? 1 : 2
    let logits = copies * chunk * vocabulary
    // The last norm's result, its gradient, and the rows of the chunk.
    let atLoss = rows * (keptUntilLoss + 2 * hidden + 1) + chunk * hidden
    // The gradients of the block's output and of what its feed-forward layer has inside.
    var beside = hidden + (blueprint.layers.map(\.feedForward.gradientCount).max() ?? 0)
    if recomputes { beside += keptInLargestBlock + gapInLargestBlock }
    // The norm after the last block, and the block's output, are done with by then; a block that
    // is run again has an output of its own.
    let inBackward = rows * (keptUntilLoss + beside - (recomputes ? 0 : hidden))
    return inBackward > atLoss + logits ? (inBackward, 0) : (atLoss, logits)
  }
}

extension LayerPlan {
  /// Floats kept a row, the block's input aside.
  fileprivate var keptCount: Int {
    // The norms before the parts read what is kept anyway; the results of attention and
    // feed-forward are the residual stream.
    let before = [attentionNorm, feedForwardNorm].reduce(0) { $0 + ($1?.statisticCount ?? 0) }
    let after = [attentionSumNorm, feedForwardSumNorm].reduce(0) { $0 + ($1?.keptCount() ?? 0) }
    return before + after + attention.keptCount + feedForward.keptCount
      + 2 * attention.output.outputs
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

extension AttentionPlan {
  fileprivate var keptCount: Int {
    // Queries, keys, values and what attention gives, with a number a head.
    2 * queryWidth + 2 * keyWidth + shape.headCount
      + (queryNorm?.keptCount(of: queryWidth) ?? 0) + (keyNorm?.keptCount(of: keyWidth) ?? 0)
      + (outputNorm?.keptCount() ?? 0)
  }
}

extension AttentionPlan {
  /// Floats a row of the one product that queries, keys and values are taken out of; 0 where each has
  /// its own.
  fileprivate var fusedCount: Int {
    if case .fused(let all, _) = projections { all.outputs } else { 0 }
  }
}

extension FeedForwardPlan {
  /// Floats kept a row: the inputs of the activation.
  fileprivate var keptCount: Int {
    (isGated ? 2 : 1) * innerWidth + (outputNorm?.keptCount() ?? 0)
  }

  /// Floats a row of the one product that gate and `up` are taken out of; 0 where each has its own.
  fileprivate var fusedCount: Int { upHoldsGate ? 2 * innerWidth : 0 }

  /// Floats a row of the gradients that exist at a time inside: of the result of the activation,
  /// and of its inputs, or of these and what they are taken out of.
  fileprivate var gradientCount: Int { (upHoldsGate ? 4 : isGated ? 3 : 2) * innerWidth }
}
