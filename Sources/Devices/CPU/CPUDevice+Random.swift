import CKernels
package import Mathematics
package import Tensors

extension RandomStream {
  /// The stream from the element `offset` on, as kernels take it.
  func kernelStream(from offset: UInt64) -> ft_stream {
    ft_stream(seed: seed, purpose: purpose.rawValue, step: step, offset: offset)
  }
}

extension CPUDevice {
  package func fillNormal(_ x: Tensor, deviation: Float, _ stream: RandomStream, offset: Int) {
    withExtendedLifetime(x) {
      ft_random_normal(x.floats, deviation, stream.kernelStream(from: UInt64(offset)), x.count)
    }
  }

  package func fillUniform(_ x: Tensor, limit: Float, _ stream: RandomStream, offset: Int) {
    withExtendedLifetime(x) {
      ft_random_uniform(x.floats, stream.kernelStream(from: UInt64(offset)), x.count)
      ft_scale(x.floats, x.floats, 2 * limit, x.count)
      for index in 0..<x.count { x.floats[index] -= limit }
    }
  }
}
