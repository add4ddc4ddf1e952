import CKernels
import CUDAKernels
package import Tensors

extension AttentionStretch {
  var kernelSequence: ft_sequence {
    ft_sequence(
      query_start: queryStart, query_count: queryCount, key_start: keyStart, key_count: keyCount)
  }
}

extension CUDADevice {
  package func rotaryTable(cosine: Tensor, sine: Tensor, inverseFrequencies: [Double]) {
    var cosines = [Float](repeating: 0, count: cosine.count)
    var sines = cosines
    ft_rope_table(
      &cosines, &sines, inverseFrequencies, cosine.rows, inverseFrequencies.count)
    cosines.withUnsafeBytes { card.staging.put($0, at: cosine.address.bits) }
    sines.withUnsafeBytes { card.staging.put($0, at: sine.address.bits) }
  }

  package func rotate(
    _ x: Tensor, positions: [Int32], cosine: Tensor, sine: Tensor, isInverse: Bool,
    isInterleaved: Bool, headCount: Int, headWidth: Int
  ) {
    let job = ft_rope_job(
      x: x.floats, positions: sent(positions), cosine: cosine.floats, sine: sine.floats,
      inverse: isInverse, interleaved: isInterleaved, rows: positions.count, heads: headCount,
      head_width: headWidth, turned_width: 2 * cosine.columns)
    runRows(.rows("ft_rope"), job, count: positions.count)
  }

  package func attention(
    _ out: Tensor, logSum: Tensor, query: Tensor, key: Tensor, value: Tensor, keyScores: Tensor?,
    bias: DistanceBias?, _ stretches: [AttentionStretch], _ shape: AttentionShape,
    _ options: AttentionOptions
  ) {
    attend(
      attentionJob(
        out, logSum, query, key, value, keyScores, bias, stretches, shape, options),
      ft_key_cache(), stretches, shape)
  }

  package func attention(
    _ out: Tensor, logSum: Tensor, query: Tensor, cached: CachedKeys, keyScores: Tensor?,
    bias: DistanceBias?, _ stretches: [AttentionStretch], _ shape: AttentionShape,
    _ options: AttentionOptions
  ) {
    let blocks = cached.blocks.map { UnsafeRawPointer(bitPattern: $0.bits) }
    attend(
      attentionJob(out, logSum, query, nil, nil, keyScores, bias, stretches, shape, options),
      ft_key_cache(
        blocks: sent(blocks), k_offset: cached.keyOffset, v_offset: cached.valueOffset,
        is_bf16: cached.isBfloat16),
      stretches, shape)
  }

  private func attend(
    _ attention: ft_attention_job, _ cache: ft_key_cache, _ stretches: [AttentionStretch],
    _ shape: AttentionShape
  ) {
    let items = pieces(stretches.map(\.queryCount), of: 64)
    let job = ft_cuda_attention_job(attention: attention, cache: cache, items: sent(items))
    let width = [64, 128].first { shape.headWidth <= $0 } ?? 256
    run(
      Kernel(.attentionForward, "ft_attention_\(width)"),
      LaunchGrid(items.count, shape.headCount), job)
  }

  /// The sequences cut into pieces of so many rows.
  private func pieces(_ counts: [Int], of size: Int) -> [ft_cuda_queries] {
    counts.indices.flatMap { sequence in
      stride(from: 0, to: counts[sequence], by: size).map {
        ft_cuda_queries(sequence: UInt32(sequence), first_query: UInt32($0))
      }
    }
  }

  private func attentionJob(
    _ out: Tensor, _ logSum: Tensor, _ query: Tensor, _ key: Tensor?, _ value: Tensor?,
    _ keyScores: Tensor?, _ bias: DistanceBias?, _ stretches: [AttentionStretch],
    _ shape: AttentionShape, _ options: AttentionOptions
  ) -> ft_attention_job {
    ft_attention_job(
      out: out.floats, log_sum: logSum.floats, q: query.floats, k: key?.floats, v: value?.floats,
      q_stride: query.columns, k_stride: key?.columns ?? 0, v_stride: value?.columns ?? 0,
      cache: nil, sequences: sent(stretches.map(\.kernelSequence)),
      sequence_count: stretches.count, heads: shape.headCount,
      key_heads: shape.keyValueHeadCount, head_width: shape.headWidth,
      options: ft_attention_options(
        scale: options.scale, soft_cap: options.softCap ?? 0, causal: options.isCausal,
        window: options.window ?? 0),
      key_scores: keyScores?.floats, key_scores_stride: keyScores?.columns ?? 0,
      bias: ft_distance_bias(
        numbers: bias?.numbers.floats, stride: bias?.numbers.columns ?? 0,
        origin: bias?.origin ?? 0))
  }

  package func attentionBackward(
    dQuery: Tensor, dKey: Tensor, dValue: Tensor, dBias: Tensor?, _ dout: Tensor, out: Tensor,
    logSum: Tensor, query: Tensor, key: Tensor, value: Tensor, keyScores: Tensor?,
    bias: DistanceBias?, _ stretches: [AttentionStretch], _ shape: AttentionShape,
    _ options: AttentionOptions
  ) {
    card.scratch.begin(4 * logSum.count + 256)
    var job = ft_cuda_attention_backward_job(
      backward: ft_attention_backward_job(
        dq: dQuery.floats, dk: dKey.floats, dv: dValue.floats, dbias: dBias?.floats,
        dout: dout.floats,
        forward: attentionJob(
          out, logSum, query, key, value, keyScores, bias, stretches, shape, options)),
      delta: room(logSum.count, of: Float.self), rows: logSum.count / shape.headCount, items: nil)
    func run(_ name: String, _ grid: LaunchGrid) {
      self.run(Kernel(.attentionBackward, name), grid, job)
    }
    run("ft_attention_delta", LaunchGrid(threadsFor: 16 * logSum.count))
    let slices = (shape.headWidth + 63) / 64
    let keys = pieces(stretches.map(\.keyCount), of: 64)
    job.items = sent(keys)
    run("ft_attention_keys", LaunchGrid(keys.count, shape.keyValueHeadCount, slices))
    let queries = pieces(stretches.map(\.queryCount), of: 32)
    job.items = sent(queries)
    run("ft_attention_queries", LaunchGrid(queries.count, shape.headCount, slices))
    if dBias != nil { run("ft_attention_bias", LaunchGrid(stretches.count, shape.headCount)) }
  }

  package func addSinks(_ out: Tensor, logSum: Tensor, sinks: Tensor) {
    let job = ft_sinks_job(
      out: out.floats, log_sum: logSum.floats, dsinks: nil, dout: nil, sinks: sinks.floats,
      rows: logSum.rows, heads: sinks.count, head_width: out.columns / sinks.count)
    runRows(.rows("ft_sinks_forward"), job, count: logSum.rows)
  }

  package func sinksBackward(
    _ dSinks: Tensor, _ dout: Tensor, out: Tensor, logSum: Tensor, sinks: Tensor
  ) {
    let job = ft_sinks_job(
      out: out.floats, log_sum: logSum.floats, dsinks: dSinks.floats, dout: dout.floats,
      sinks: sinks.floats, rows: logSum.rows, heads: sinks.count,
      head_width: out.columns / sinks.count)
    runRows(.rows("ft_sinks_backward"), job, count: sinks.count)
  }

  package func store(keys: Tensor, values: Tensor, rows: Range<Int>, at place: CachedPlace) {
    let block = UnsafeMutableRawPointer(bitPattern: place.block.bits)
    let job = ft_cuda_store_job(
      place: sent([ft_cuda_place(block: block, first: place.first)]),
      keys: keys.rows(rows).floats, values: values.rows(rows).floats,
      key_offset: place.keyOffset, value_offset: place.valueOffset, rows: rows.count,
      width: keys.columns, is_bf16: place.isBfloat16)
    run(
      Kernel(.attentionForward, "ft_store_keys"),
      LaunchGrid(threadsFor: rows.count * keys.columns), job)
  }
}
