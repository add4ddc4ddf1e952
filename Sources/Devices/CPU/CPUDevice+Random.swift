import CKernels
package import Numerics
package import Tensors

extension CPUDevice {
  package func fillNormal(_ x: Tensor, deviation: Float, _ stream: RandomStream, offset: Int) {
    withExtendedLifetime(x) {
      ft_random_normal(
        x.floats, deviation, stream.seed, stream.purpose.rawValue, stream.step, UInt64(offset),
        x.count)
    }
  }

  package func fillUniform(_ x: Tensor, limit: Float, _ stream: RandomStream, offset: Int) {
    withExtendedLifetime(x) {
      ft_random_uniform(
        x.floats, stream.seed, stream.purpose.rawValue, stream.step, UInt64(offset), x.count)
      ft_scale(x.floats, x.floats, 2 * limit, x.count)
      for index in 0..<x.count { x.floats[index] -= limit }
    }
  }
}
