import Autograd
package import Checkpoints

/// What activations a training micro-batch takes, from sizes alone: what ``DecoderModel`` keeps for
/// the backward pass and what it needs beside that, in floats.
///
/// The two moments that can be the highest are the loss, when everything is kept and logits exist,
/// and the backward pass of the last feed-forward layer. Each line below answers to one operation;
/// a test holds the sum against what an arena really held.
package struct ActivationMemory: Sendable {
  private let config: ModelConfig
  /// The ranks of all adapted layers together, a number each row keeps; 0 without an adapter.
  private let rankSum: Int
  /// Outputs that magnitudes scale, of all layers: what they were before is kept too.
  private let scaledOutputs: Int
  /// Whether only the input of each block is kept.
  private let recomputes: Bool

  package init(config: ModelConfig, rankSum: Int, scaledOutputs: Int = 0, recomputes: Bool) {
    self.config = config
    self.rankSum = rankSum
    self.scaledOutputs = scaledOutputs
    self.recomputes = recomputes
  }

  /// Floats that a block keeps a row: inside it, without its input.
  private var keptInBlock: Int {
    let queries = config.headCount * config.headWidth
    let keys = config.keyValueHeadCount * config.headWidth
    // Queries, keys, values and what attention gives, with a number a head; then the residual.
    let attention = 2 * queries + 2 * keys + config.headCount + config.hiddenSize
    // Both inputs of the activation, and the block's output.
    let feedForward = 2 * config.intermediateSize + config.hiddenSize
    return norms + attention + feedForward
      + (rankSum + scaledOutputs) / max(1, config.layerCount)
  }

  /// Floats that a block's norms keep a row: what they normalise, where nothing else keeps it, and
  /// a number for each.
  private var norms: Int {
    var kept = 2
    if config.traits.hasPostNorms { kept += 2 * (config.hiddenSize + 1) }
    if config.traits.hasQueryKeyNorms {
      kept += (config.headCount + config.keyValueHeadCount) * (config.headWidth + 1)
    }
    return kept
  }

  /// Floats a row that are kept until the loss: the embedding, and each block's part.
  private var keptUntilLoss: Int {
    let block = recomputes ? config.hiddenSize : keptInBlock
    return config.hiddenSize + config.layerCount * block
  }

  /// Floats that a micro-batch of `rows` tokens, `trained` of them with a loss, takes at its peak.
  package func peak(rows: Int, trained: Int) -> (activations: Int, logits: Int) {
    let hidden = config.hiddenSize
    let chunk = min(trained, CrossEntropyChunk.rowCount(vocabularySize: config.vocabularySize))
    // A soft cap is undone with the help of a copy.
    let copies = config.traits.logitSoftCap == nil ? 1 : 2
    let logits = copies * chunk * config.vocabularySize
    // The last norm's result, its gradient, and the rows of the chunk.
    let atLoss = rows * (keptUntilLoss + 2 * hidden + 1) + chunk * hidden
    // The gradients of the block's output and of three feed-forward tensors.
    var beside = hidden + 3 * config.intermediateSize
    if recomputes { beside += keptInBlock }
    // The norm after the last block, and the block's output, are done with by then; a block that
    // is run again has an output of its own.
    let inBackward = rows * (keptUntilLoss + beside - (recomputes ? 0 : hidden))
    return inBackward > atLoss + logits ? (inBackward, 0) : (atLoss, logits)
  }
}
