import CKernels
package import Tensors

extension AttentionOptions {
  fileprivate var kernelOptions: ft_attention_options {
    ft_attention_options(
      scale: scale, soft_cap: softCap ?? 0, causal: isCausal, window: window ?? 0)
  }
}

extension AttentionStretch {
  fileprivate var kernelSequence: ft_sequence {
    ft_sequence(
      query_start: queryStart, query_count: queryCount, key_start: keyStart, key_count: keyCount)
  }
}

extension CPUDevice {
  package func rotaryTable(cosine: Tensor, sine: Tensor, inverseFrequencies: [Double]) {
    withExtendedLifetime((cosine, sine)) {
      ft_rope_table(
        cosine.floats, sine.floats, inverseFrequencies, cosine.rows, inverseFrequencies.count)
    }
  }

  package func rotate(
    _ x: Tensor, positions: [Int32], cosine: Tensor, sine: Tensor, isInverse: Bool,
    headCount: Int, headWidth: Int
  ) {
    withExtendedLifetime((x, cosine, sine)) {
      ft_rope(
        x.floats, positions, cosine.floats, sine.floats, isInverse, positions.count, headCount,
        headWidth, 2 * cosine.columns)
    }
  }

  package func attention(
    _ out: Tensor, logSum: Tensor, query: Tensor, key: Tensor, value: Tensor,
    _ stretches: [AttentionStretch], _ shape: AttentionShape, _ options: AttentionOptions
  ) {
    let sequences = stretches.map(\.kernelSequence)
    withExtendedLifetime((out, logSum, query, key, value)) {
      ft_attention_forward(
        out.floats, logSum.floats, query.floats, query.columns, key.floats, key.columns,
        value.floats, value.columns, sequences, sequences.count, shape.headCount,
        shape.keyValueHeadCount, shape.headWidth, options.kernelOptions)
    }
  }

  package func attentionBackward(
    dQuery: Tensor, dKey: Tensor, dValue: Tensor, _ dout: Tensor, out: Tensor, logSum: Tensor,
    query: Tensor, key: Tensor, value: Tensor, _ stretches: [AttentionStretch],
    _ shape: AttentionShape, _ options: AttentionOptions
  ) {
    let sequences = stretches.map(\.kernelSequence)
    withExtendedLifetime((dQuery, dKey, dValue, dout, out, logSum, query, key, value)) {
      ft_attention_backward(
        dQuery.floats, dKey.floats, dValue.floats, dout.floats, out.floats, logSum.floats,
        query.floats, query.columns, key.floats, key.columns, value.floats, value.columns,
        sequences, sequences.count, shape.headCount, shape.keyValueHeadCount, shape.headWidth,
        options.kernelOptions)
    }
  }

  package func attention(
    _ out: Tensor, logSum: Tensor, query: Tensor, cached: CachedKeys,
    _ stretches: [AttentionStretch], _ shape: AttentionShape, _ options: AttentionOptions
  ) {
    let sequences = stretches.map(\.kernelSequence)
    let blocks = cached.blocks.map { UnsafeRawPointer?($0.pointer) }
    withExtendedLifetime((out, logSum, query)) {
      blocks.withUnsafeBufferPointer { blocks in
        var cache = ft_key_cache(
          blocks: blocks.baseAddress, k_offset: cached.keyOffset, v_offset: cached.valueOffset,
          is_bf16: cached.isBfloat16)
        ft_attention_cached(
          out.floats, logSum.floats, query.floats, query.columns, &cache, sequences,
          sequences.count, shape.headCount, shape.keyValueHeadCount, shape.headWidth,
          options.kernelOptions)
      }
    }
  }

  package func store(keys: Tensor, values: Tensor, rows: Range<Int>, at place: CachedPlace) {
    let width = keys.columns
    let elementSize = place.isBfloat16 ? 2 : 4
    withExtendedLifetime((keys, values)) {
      // Safety: the cache made room in the block for the rows from `first` on.
      let block = place.block.pointer
      ft_cache_keys(
        block + place.keyOffset * elementSize, place.isBfloat16,
        keys.floats + rows.lowerBound * width, place.first, rows.count, width)
      let target = block + (place.valueOffset + place.first * width) * elementSize
      let source = values.floats + rows.lowerBound * width
      if place.isBfloat16 {
        ft_f32_to_bf16(target, source, rows.count * width)
      } else {
        target.copyMemory(from: source, byteCount: rows.count * width * 4)
      }
    }
  }
}
