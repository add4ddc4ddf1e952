import CKernels
package import Tensors

extension CPUDevice {
  package func applyDeltaRule(
    _ out: Tensor, _ input: DeltaRuleInput, _ shape: DeltaRuleShape,
    _ stretches: [AttentionStretch], _ states: DeltaRuleStates?
  ) {
    withExtendedLifetime((out, input, states)) {
      var job = job(input, shape)
      job.out = out.floats
      // Safety: the tensors outlive the call, which follows as many addresses as there are sequences.
      let before = (states?.before ?? []).map { $0.map { UnsafePointer($0.floats) } }
      let after = (states?.after ?? []).map { Optional($0.floats) }
      before.withUnsafeBufferPointer { before in
        after.withUnsafeBufferPointer { after in
          if states != nil { (job.before, job.after) = (before.baseAddress, after.baseAddress) }
          run(&job, stretches, ft_delta_rule_forward)
        }
      }
    }
  }

  package func deltaRuleBackward(
    _ gradients: DeltaRuleInput, _ dout: Tensor, _ input: DeltaRuleInput, _ shape: DeltaRuleShape,
    _ stretches: [AttentionStretch]
  ) {
    withExtendedLifetime((gradients, dout, input)) {
      var job = job(input, shape)
      (job.dq, job.dk) = (gradients.query.floats, gradients.key.floats)
      (job.dv, job.dout) = (gradients.value.floats, UnsafePointer(dout.floats))
      (job.ddecay, job.dbeta) = (gradients.decay.floats, gradients.beta.floats)
      run(&job, stretches, ft_delta_rule_backward)
    }
  }

  private func job(_ input: DeltaRuleInput, _ shape: DeltaRuleShape) -> ft_delta_rule_job {
    precondition(
      shape.keyWidth <= DeltaRuleShape.keyWidthLimit, "a key of \(shape.keyWidth) numbers")
    var job = ft_delta_rule_job()
    (job.q, job.k) = (UnsafePointer(input.query.floats), UnsafePointer(input.key.floats))
    job.v = UnsafePointer(input.value.floats)
    (job.decay, job.beta) = (UnsafePointer(input.decay.floats), UnsafePointer(input.beta.floats))
    (job.key_heads, job.value_heads) = (shape.keyHeadCount, shape.valueHeadCount)
    (job.key_width, job.value_width) = (shape.keyWidth, shape.valueWidth)
    return job
  }

  /// Runs a job whose memory is there; the caller keeps its tensors alive.
  private func run(
    _ job: inout ft_delta_rule_job, _ stretches: [AttentionStretch],
    _ kernel: (UnsafePointer<ft_delta_rule_job>) -> Void
  ) {
    stretches.map(\.kernelSequence).withUnsafeBufferPointer { sequences in
      (job.sequences, job.sequence_count) = (sequences.baseAddress, sequences.count)
      kernel(&job)
    }
  }

  package func decay(_ out: Tensor, _ x: Tensor, rate: Tensor, bias: Tensor) {
    withExtendedLifetime((out, x, rate, bias)) {
      var job = ft_decay_job(
        out: out.floats, dx: nil, drate: nil, dbias: nil, dout: nil, x: x.floats,
        rate: rate.floats, bias: bias.floats, rows: x.rows, channels: x.columns)
      ft_decay_forward(&job)
    }
  }

  package func decayBackward(
    dx: Tensor, dRate: Tensor?, dBias: Tensor?, _ dout: Tensor, _ x: Tensor, rate: Tensor,
    bias: Tensor
  ) {
    withExtendedLifetime((dx, dRate, dBias, dout, x, rate, bias)) {
      var job = ft_decay_job(
        out: nil, dx: dx.floats, drate: dRate?.floats, dbias: dBias?.floats, dout: dout.floats,
        x: x.floats, rate: rate.floats, bias: bias.floats, rows: x.rows, channels: x.columns)
      ft_decay_backward(&job)
    }
  }
}
