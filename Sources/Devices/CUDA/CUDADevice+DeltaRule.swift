import CKernels
import CUDAKernels
package import Tensors

extension Kernel {
  fileprivate static func delta(_ name: String) -> Kernel { Kernel(.deltaRule, name) }
}

/// The gated delta rule: a state's columns are divided among blocks of threads.
extension CUDADevice {
  package func applyDeltaRule(
    _ out: Tensor, _ input: DeltaRuleInput, _ shape: DeltaRuleShape,
    _ stretches: [AttentionStretch], _ states: DeltaRuleStates?
  ) {
    var rule = rule(input, shape, stretches)
    rule.out = out.floats
    if let states {
      rule.before = sent(states.before.map { UnsafePointer($0?.floats) })
      rule.after = sent(states.after.map(\.floats))
    }
    run(
      .delta("ft_delta_forward_\(Self.keyWidth(of: shape))"),
      LaunchGrid(stretches.count, shape.valueHeadCount, Self.slabs(of: shape)),
      ft_cuda_delta_job(rule: rule, states: nil, stretch: 0, first_pair: 0))
  }

  /// As many pairs of a sequence and a key head at a time as there is room for the states of.
  package func deltaRuleBackward(
    _ gradients: DeltaRuleInput, _ dout: Tensor, _ input: DeltaRuleInput, _ shape: DeltaRuleShape,
    _ stretches: [AttentionStretch]
  ) {
    var rule = rule(input, shape, stretches)
    (rule.dq, rule.dk, rule.dv) = (
      gradients.query.floats, gradients.key.floats, gradients.value.floats
    )
    (rule.ddecay, rule.dbeta) = (gradients.decay.floats, gradients.beta.floats)
    rule.dout = UnsafePointer(dout.floats)
    let longest = stretches.map(\.queryCount).max() ?? 0
    let stretch = max(1, Int(Double(longest).squareRoot().rounded(.up)))
    let stateCount = 2 * stretch * shape.keyWidth * Int(FT_DELTA_COLUMNS)
    let pairCount = stretches.count * shape.keyHeadCount
    let atOnce = min(pairCount, max(1, Self.deltaStateByteCount / (4 * stateCount)))
    card.scratch.begin(4 * stateCount * atOnce + 256)
    var job = ft_cuda_delta_job(
      rule: rule, states: room(stateCount * atOnce, of: Float.self), stretch: stretch,
      first_pair: 0)
    for first in stride(from: 0, to: pairCount, by: max(1, atOnce)) {
      job.first_pair = first
      run(
        .delta("ft_delta_backward_\(Self.keyWidth(of: shape))"),
        LaunchGrid(min(atOnce, pairCount - first)), job)
    }
  }

  /// Bytes of the states that a backward pass keeps at a time, if one pair's are not more.
  static let deltaStateByteCount = 192 << 20

  /// The widest key of the kernel for a shape.
  private static func keyWidth(of shape: DeltaRuleShape) -> Int {
    precondition(
      shape.keyWidth <= DeltaRuleShape.keyWidthLimit, "a key of \(shape.keyWidth) numbers")
    return shape.keyWidth <= 128 ? 128 : DeltaRuleShape.keyWidthLimit
  }

  private static func slabs(of shape: DeltaRuleShape) -> Int {
    let columns = Int(FT_DELTA_COLUMNS)
    return (shape.valueWidth + columns - 1) / columns
  }

  private func rule(
    _ input: DeltaRuleInput, _ shape: DeltaRuleShape, _ stretches: [AttentionStretch]
  ) -> ft_delta_rule_job {
    var job = ft_delta_rule_job()
    (job.q, job.k) = (UnsafePointer(input.query.floats), UnsafePointer(input.key.floats))
    (job.v, job.decay) = (UnsafePointer(input.value.floats), UnsafePointer(input.decay.floats))
    job.beta = UnsafePointer(input.beta.floats)
    (job.key_heads, job.value_heads) = (shape.keyHeadCount, shape.valueHeadCount)
    (job.key_width, job.value_width) = (shape.keyWidth, shape.valueWidth)
    (job.sequences, job.sequence_count) = (sent(stretches.map(\.kernelSequence)), stretches.count)
    return job
  }
}

/// The decay of states.
extension CUDADevice {
  package func decay(_ out: Tensor, _ x: Tensor, rate: Tensor, bias: Tensor) {
    var job = decayJob(x, rate: rate, bias: bias)
    job.decay.out = out.floats
    run(.delta("ft_decay_forward"), LaunchGrid(threadsFor: x.count), job)
  }

  package func decayBackward(
    dx: Tensor, dRate: Tensor?, dBias: Tensor?, _ dout: Tensor, _ x: Tensor, rate: Tensor,
    bias: Tensor
  ) {
    card.scratch.begin(8 * x.count + 1024)
    var job = decayJob(x, rate: rate, bias: bias)
    (job.decay.dx, job.decay.dout) = (dx.floats, UnsafePointer(dout.floats))
    job.exponents = room(x.count, of: Float.self)
    job.dexponents = room(x.count, of: Float.self)
    run(.delta("ft_decay_backward"), LaunchGrid(threadsFor: x.count), job)
    if let dRate {
      addChains(
        dRate, FT_CHAIN_PRODUCTS, rows: x.rows, UnsafePointer(job.dexponents),
        UnsafePointer(job.exponents))
    }
    if let dBias { addChains(dBias, FT_CHAIN_SUM, dx) }
  }

  private func decayJob(_ x: Tensor, rate: Tensor, bias: Tensor) -> ft_cuda_decay_job {
    var job = ft_cuda_decay_job()
    (job.decay.x, job.decay.rate) = (UnsafePointer(x.floats), UnsafePointer(rate.floats))
    job.decay.bias = UnsafePointer(bias.floats)
    (job.decay.rows, job.decay.channels) = (x.rows, x.columns)
    return job
  }
}
