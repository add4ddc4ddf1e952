import CKernels
package import Tensors

extension CPUDevice {
  package func convolve(
    _ out: Tensor, _ x: Tensor, weight: Tensor, bias: Tensor?, _ stretches: [AttentionStretch]
  ) {
    withExtendedLifetime((out, x, weight, bias)) {
      var job = ft_convolution_job()
      (job.out, job.x, job.bias) = (
        out.floats, UnsafePointer(x.floats), bias.map { UnsafePointer($0.floats) }
      )
      run(&job, weight, stretches, ft_convolution_forward)
    }
  }

  package func convolveBackward(
    dx: Tensor, dWeight: Tensor?, _ dout: Tensor, _ x: Tensor, weight: Tensor,
    _ stretches: [AttentionStretch]
  ) {
    withExtendedLifetime((dx, dWeight, dout, x, weight)) {
      var job = ft_convolution_job()
      (job.dx, job.dweight) = (dx.floats, dWeight?.floats)
      (job.dout, job.x) = (UnsafePointer(dout.floats), UnsafePointer(x.floats))
      run(&job, weight, stretches, ft_convolution_backward)
    }
  }

  /// Runs a job whose memory is there; the caller keeps its tensors alive.
  private func run(
    _ job: inout ft_convolution_job, _ weight: Tensor, _ stretches: [AttentionStretch],
    _ kernel: (UnsafePointer<ft_convolution_job>) -> Void
  ) {
    (job.channels, job.size) = (weight.rows, weight.columns)
    precondition(job.size <= ConvolutionLimit.size, "a convolution over \(job.size) rows")
    job.weight = UnsafePointer(weight.floats)
    stretches.map(\.kernelSequence).withUnsafeBufferPointer { sequences in
      (job.sequences, job.sequence_count) = (sequences.baseAddress, sequences.count)
      kernel(&job)
    }
  }
}
