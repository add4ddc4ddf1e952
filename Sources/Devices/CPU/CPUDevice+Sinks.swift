import CKernels
package import Tensors

extension CPUDevice {
  package func addSinks(_ out: Tensor, logSum: Tensor, sinks: Tensor) {
    withExtendedLifetime((out, logSum, sinks)) {
      var job = ft_sinks_job(
        out: out.floats, log_sum: logSum.floats, dsinks: nil, dout: nil, sinks: sinks.floats,
        rows: logSum.rows, heads: sinks.count, head_width: out.columns / sinks.count)
      ft_sinks_forward(&job)
    }
  }

  package func sinksBackward(
    _ dSinks: Tensor, _ dout: Tensor, out: Tensor, logSum: Tensor, sinks: Tensor
  ) {
    withExtendedLifetime((dSinks, dout, out, logSum, sinks)) {
      var job = ft_sinks_job(
        out: out.floats, log_sum: logSum.floats, dsinks: dSinks.floats, dout: dout.floats,
        sinks: sinks.floats, rows: logSum.rows, heads: sinks.count,
        head_width: out.columns / sinks.count)
      ft_sinks_backward(&job)
    }
  }
}
