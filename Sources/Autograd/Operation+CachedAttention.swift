import CKernels
import Tensors

/// Where the keys and values of a layer lie in a cache: in blocks of 64 tokens, anywhere.
///
/// The memory belongs to the cache, which outlives the pass that reads it.
package struct CachedKeys {
  /// The beginnings of the blocks; rows `64 · b ..< 64 · (b + 1)` of a layout lie in block b, keys
  /// turned; see `ft_key_cache`.
  package let blocks: [UnsafeRawPointer?]
  /// Elements from the beginning of a block to the layer's keys, and to its values.
  package let keyOffset: Int
  package let valueOffset: Int
  /// Whether elements are bfloat16; float32 otherwise.
  package let isBfloat16: Bool

  package init(blocks: [UnsafeRawPointer?], keyOffset: Int, valueOffset: Int, isBfloat16: Bool) {
    self.blocks = blocks
    self.keyOffset = keyOffset
    self.valueOffset = valueOffset
    self.isBfloat16 = isBfloat16
  }

  /// Tokens of a block: those that attention works on at a time.
  package static let blockLength = 64
}

extension Tape {
  /// Attention as ``attention(query:key:value:layout:shape:options:)``, with keys from a cache.
  ///
  /// Shapes: `query` and the result are `[N, H · D]`. A query's result has the bits that the whole
  /// sequence at once would give it, unless the cache is rounded. There is no backward pass.
  package func attention(
    query: Variable, cached: CachedKeys, layout: SequenceLayout, shape: AttentionShape,
    options: AttentionOptions
  ) -> Variable {
    precondition(!isRecording, "a cache is for generation")
    let width = shape.headWidth
    let output = tensor(query.value.shape)
    let logSum = tensor([query.value.rows, shape.headCount])
    withExtendedLifetime((query, output, logSum)) {
      cached.blocks.withUnsafeBufferPointer { blocks in
        var cache = ft_key_cache(
          blocks: blocks.baseAddress, k_offset: cached.keyOffset, v_offset: cached.valueOffset,
          is_bf16: cached.isBfloat16)
        ft_attention_cached(
          output.data, logSum.data, query.value.data, shape.headCount * width, &cache,
          layout.sequences, layout.sequences.count, shape.headCount, shape.keyValueHeadCount,
          width, options.kernelOptions)
      }
    }
    return variable(output, needsGradient: false)
  }
}
