package import Tensors

extension Tape {
  /// Attention as ``attention(query:key:value:layout:shape:options:keyScores:)``, with keys from a cache.
  ///
  /// Shapes: `query` and the result are `[N, H · D]`. A query's result has the bits that the whole
  /// sequence at once would give it, unless the cache is rounded. There is no backward pass.
  package func attention(
    query: Variable, cached: CachedKeys, layout: SequenceLayout, shape: AttentionShape,
    options: AttentionOptions, keyScores: Tensor? = nil
  ) -> Variable {
    precondition(!isRecording, "a cache is for generation")
    let output = tensor(query.value.shape)
    let logSum = tensor([query.value.rows, shape.headCount])
    device.attention(
      output, logSum: logSum, query: query.value, cached: cached, keyScores: keyScores,
      layout.sequences, shape, options)
    return variable(output, needsGradient: false)
  }
}
