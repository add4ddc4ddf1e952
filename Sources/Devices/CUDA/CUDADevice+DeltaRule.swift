import CKernels
package import Tensors

/// The gated delta rule: the processor computes it.
///
/// A state is larger than what a thread of a card keeps at hand, and there is no kernel that divides it
/// yet: the numbers go to the host and back, which gives the same bits and takes its time.
extension CUDADevice {
  package func applyDeltaRule(
    _ out: Tensor, _ input: DeltaRuleInput, _ shape: DeltaRuleShape,
    _ stretches: [AttentionStretch], _ states: DeltaRuleStates?
  ) {
    let result = HostNumbers(out.count)
    let before = (states?.before ?? []).map { $0.map(numbers) }
    let after = (states?.after ?? []).map { HostNumbers($0.count) }
    compute(input, shape, stretches) { job in
      job.out = result.floats
      let first = before.map { UnsafePointer($0?.floats) }
      let last = after.map { Optional($0.floats) }
      first.withUnsafeBufferPointer { first in
        last.withUnsafeBufferPointer { last in
          if states != nil { (job.before, job.after) = (first.baseAddress, last.baseAddress) }
          ft_delta_rule_forward(&job)
        }
      }
    }
    put(result, into: out)
    for (numbers, state) in zip(after, states?.after ?? []) { put(numbers, into: state) }
  }

  package func deltaRuleBackward(
    _ gradients: DeltaRuleInput, _ dout: Tensor, _ input: DeltaRuleInput, _ shape: DeltaRuleShape,
    _ stretches: [AttentionStretch]
  ) {
    let wanted = [
      gradients.query, gradients.key, gradients.value, gradients.decay, gradients.beta,
    ]
    let results = wanted.map { HostNumbers($0.count) }
    let given = numbers(dout)
    compute(input, shape, stretches) { job in
      (job.dq, job.dk, job.dv) = (results[0].floats, results[1].floats, results[2].floats)
      (job.ddecay, job.dbeta) = (results[3].floats, results[4].floats)
      job.dout = UnsafePointer(given.floats)
      ft_delta_rule_backward(&job)
    }
    withExtendedLifetime(given) {}
    for (result, tensor) in zip(results, wanted) { put(result, into: tensor) }
  }

  package func decay(_ out: Tensor, _ x: Tensor, rate: Tensor, bias: Tensor) {
    let (result, x, rate, bias) = (
      HostNumbers(out.count), (numbers(x), x.rows, x.columns), numbers(rate), numbers(bias)
    )
    withExtendedLifetime((x.0, rate, bias)) {
      var job = ft_decay_job(
        out: result.floats, dx: nil, drate: nil, dbias: nil, dout: nil, x: x.0.floats,
        rate: rate.floats, bias: bias.floats, rows: x.1, channels: x.2)
      ft_decay_forward(&job)
    }
    put(result, into: out)
  }

  package func decayBackward(
    dx: Tensor, dRate: Tensor?, dBias: Tensor?, _ dout: Tensor, _ x: Tensor, rate: Tensor,
    bias: Tensor
  ) {
    let result = HostNumbers(dx.count)
    // These are added to.
    let (dRateSum, dBiasSum) = (dRate.map(numbers), dBias.map(numbers))
    let (dout, values, rates, biases) = (numbers(dout), numbers(x), numbers(rate), numbers(bias))
    withExtendedLifetime((dout, values, rates, biases)) {
      var job = ft_decay_job(
        out: nil, dx: result.floats, drate: dRateSum?.floats, dbias: dBiasSum?.floats,
        dout: dout.floats, x: values.floats, rate: rates.floats, bias: biases.floats,
        rows: x.rows, channels: x.columns)
      ft_decay_backward(&job)
    }
    put(result, into: dx)
    if let dRate, let dRateSum { put(dRateSum, into: dRate) }
    if let dBias, let dBiasSum { put(dBiasSum, into: dBias) }
  }

  /// Has the processor do a job on what the card has.
  private func compute(
    _ input: DeltaRuleInput, _ shape: DeltaRuleShape, _ stretches: [AttentionStretch],
    _ run: (inout ft_delta_rule_job) -> Void
  ) {
    precondition(
      shape.keyWidth <= DeltaRuleShape.keyWidthLimit, "a key of \(shape.keyWidth) numbers")
    let (query, key, value) = (numbers(input.query), numbers(input.key), numbers(input.value))
    let (decay, beta) = (numbers(input.decay), numbers(input.beta))
    var job = ft_delta_rule_job()
    (job.q, job.k) = (UnsafePointer(query.floats), UnsafePointer(key.floats))
    (job.v, job.decay) = (UnsafePointer(value.floats), UnsafePointer(decay.floats))
    job.beta = UnsafePointer(beta.floats)
    (job.key_heads, job.value_heads) = (shape.keyHeadCount, shape.valueHeadCount)
    (job.key_width, job.value_width) = (shape.keyWidth, shape.valueWidth)
    // Safety: what the job points at outlives it.
    withExtendedLifetime((query, key, value, decay, beta)) {
      stretches.map(\.kernelSequence).withUnsafeBufferPointer { sequences in
        (job.sequences, job.sequence_count) = (sequences.baseAddress, sequences.count)
        run(&job)
      }
    }
  }

  private func numbers(_ tensor: Tensor) -> HostNumbers { HostNumbers(hostElements(tensor)) }

  private func put(_ numbers: HostNumbers, into tensor: Tensor) {
    card.staging.put(numbers.bytes, at: tensor.address.bits)
  }
}

/// Numbers of the host that a kernel of it may point at.
private final class HostNumbers {
  /// The first of them.
  let floats: UnsafeMutablePointer<Float>
  private let count: Int

  /// So many zeros.
  init(_ count: Int) {
    self.count = count
    floats = .allocate(capacity: max(1, count))
    floats.initialize(repeating: 0, count: max(1, count))
  }

  convenience init(_ values: [Float]) {
    self.init(values.count)
    values.withUnsafeBufferPointer { source in
      if let first = source.baseAddress { floats.update(from: first, count: count) }
    }
  }

  deinit { floats.deallocate() }

  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(UnsafeBufferPointer(start: floats, count: count))
  }
}
