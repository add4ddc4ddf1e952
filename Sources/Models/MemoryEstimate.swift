package import Checkpoints
package import Tensors

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

  /// The bytes that the model takes in memory: its weights, matrices in `format`, and its tables
  /// of rotary angles.
  package func memoryByteCount(_ format: WeightFormat = .float32) -> Int {
    var (numbers, bytes) = (0, 0)
    for matrix in matrices {
      numbers += matrix.count * matrix.rows * matrix.columns
      bytes += matrix.count * format.byteCount(rows: matrix.rows, columns: matrix.columns)
    }
    let tables = traits.windowedRopeTheta == nil ? 1 : 2
    return bytes + 4 * (parameterCount - numbers) + 4 * tables * maximumPositions * headWidth
  }

  /// The sizes of the weight matrices, and how many there are of each.
  private var matrices: [(count: Int, rows: Int, columns: Int)] {
    let queries = headCount * headWidth
    let keys = keyValueHeadCount * headWidth
    return [
      (layerCount, queries, hiddenSize), (2 * layerCount, keys, hiddenSize),
      (layerCount, hiddenSize, queries), (2 * layerCount, intermediateSize, hiddenSize),
      (layerCount, hiddenSize, intermediateSize),
      (tieWordEmbeddings ? 1 : 2, vocabularySize, hiddenSize),
    ]
  }
}
