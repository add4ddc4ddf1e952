package import Checkpoints

/// Sizes that a config alone tells, before anything is allocated.
///
/// No product here can overflow: the ranges that ``ModelConfig`` checks keep them below 2⁵³.
extension ModelConfig {
  /// The number of learned numbers of a model with this config.
  package var parameterCount: Int {
    let queries = headCount * headWidth
    let keys = keyValueHeadCount * headWidth
    let attention = (2 * queries + 2 * keys) * hiddenSize
    let feedForward = 3 * hiddenSize * intermediateSize
    let norms =
      (traits.hasPostNorms ? 4 : 2) * hiddenSize + (traits.hasQueryKeyNorms ? 2 * headWidth : 0)
    var biases = attentionBias ? queries + 2 * keys : 0
    if attentionOutputBias { biases += hiddenSize }
    if mlpBias { biases += 2 * intermediateSize + hiddenSize }
    let layer = attention + feedForward + norms + biases
    let embeddings = vocabularySize * hiddenSize * (tieWordEmbeddings ? 1 : 2)
    return layerCount * layer + embeddings + hiddenSize
  }

  /// The bytes that the model takes in memory: float32 weights, and its tables of rotary angles.
  package var memoryByteCount: Int {
    let tables = traits.windowedRopeTheta == nil ? 1 : 2
    return 4 * parameterCount + 4 * tables * maximumPositions * headWidth
  }
}
