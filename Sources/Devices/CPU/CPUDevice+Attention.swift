import CKernels
package import Tensors

extension AttentionOptions {
  fileprivate var kernelOptions: ft_attention_options {
    ft_attention_options(
      scale: scale, soft_cap: softCap ?? 0, causal: isCausal, window: window ?? 0)
  }
}

extension AttentionStretch {
  var kernelSequence: ft_sequence {
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
    isInterleaved: Bool, headCount: Int, headWidth: Int
  ) {
    withExtendedLifetime((x, cosine, sine)) {
      positions.withUnsafeBufferPointer { positions in
        var job = ft_rope_job(
          x: x.floats, positions: positions.baseAddress, cosine: cosine.floats, sine: sine.floats,
          inverse: isInverse, interleaved: isInterleaved, rows: positions.count, heads: headCount,
          head_width: headWidth, turned_width: 2 * cosine.columns)
        ft_rope(&job)
      }
    }
  }

  package func attention(
    _ out: Tensor, logSum: Tensor, query: Tensor, key: Tensor, value: Tensor, keyScores: Tensor?,
    bias: DistanceBias?, _ stretches: [AttentionStretch], _ shape: AttentionShape,
    _ options: AttentionOptions
  ) {
    withAttentionJob(
      out, logSum, query, key, value, keyScores: keyScores, bias: bias, stretches, shape, options
    ) {
      ft_attention_forward($0)
    }
  }

  package func attentionBackward(
    dQuery: Tensor, dKey: Tensor, dValue: Tensor, dBias: Tensor?, _ dout: Tensor, out: Tensor,
    logSum: Tensor, query: Tensor, key: Tensor, value: Tensor, keyScores: Tensor?,
    bias: DistanceBias?, _ stretches: [AttentionStretch], _ shape: AttentionShape,
    _ options: AttentionOptions
  ) {
    withExtendedLifetime((dQuery, dKey, dValue, dBias, dout)) {
      withAttentionJob(
        out, logSum, query, key, value, keyScores: keyScores, bias: bias, stretches, shape, options
      ) {
        var job = ft_attention_backward_job(
          dq: dQuery.floats, dk: dKey.floats, dv: dValue.floats, dbias: dBias?.floats,
          dout: dout.floats, forward: $0.pointee)
        ft_attention_backward(&job)
      }
    }
  }

  package func attention(
    _ out: Tensor, logSum: Tensor, query: Tensor, cached: CachedKeys, keyScores: Tensor?,
    bias: DistanceBias?, _ stretches: [AttentionStretch], _ shape: AttentionShape,
    _ options: AttentionOptions
  ) {
    let blocks = cached.blocks.map { UnsafeRawPointer?($0.pointer) }
    blocks.withUnsafeBufferPointer { blocks in
      var cache = ft_key_cache(
        blocks: blocks.baseAddress, k_offset: cached.keyOffset, v_offset: cached.valueOffset,
        is_bf16: cached.isBfloat16)
      withAttentionJob(
        out, logSum, query, nil, nil, keyScores: keyScores, bias: bias, cache: &cache, stretches,
        shape, options
      ) {
        ft_attention_forward($0)
      }
    }
  }

  /// Calls `body` with the forward pass as a kernel's job, whose keys and values are tensors or lie
  /// in a cache.
  private func withAttentionJob(
    _ out: Tensor, _ logSum: Tensor, _ query: Tensor, _ key: Tensor?, _ value: Tensor?,
    keyScores: Tensor?, bias: DistanceBias?, cache: UnsafePointer<ft_key_cache>? = nil,
    _ stretches: [AttentionStretch], _ shape: AttentionShape, _ options: AttentionOptions,
    _ body: (UnsafePointer<ft_attention_job>) -> Void
  ) {
    let sequences = stretches.map(\.kernelSequence)
    withExtendedLifetime((out, logSum, query, key, value, keyScores, bias)) {
      sequences.withUnsafeBufferPointer { sequences in
        var job = ft_attention_job(
          out: out.floats, log_sum: logSum.floats, q: query.floats, k: key?.floats,
          v: value?.floats, q_stride: query.columns, k_stride: key?.columns ?? 0,
          v_stride: value?.columns ?? 0, cache: cache, sequences: sequences.baseAddress,
          sequence_count: sequences.count, heads: shape.headCount,
          key_heads: shape.keyValueHeadCount, head_width: shape.headWidth,
          options: options.kernelOptions, key_scores: keyScores?.floats,
          key_scores_stride: keyScores?.columns ?? 0,
          bias: ft_distance_bias(
            numbers: bias?.numbers.floats, stride: bias?.numbers.columns ?? 0,
            origin: bias?.origin ?? 0))
        body(&job)
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
