import CUDA
import CUDAEmulation
import Tensors
import Testing

/// Products on tensor cores, as the emulation adds them: rounded factors, sixteen products at a time.
extension EmulatedCard {
  /// The elements, each rounded to bfloat16.
  private static func rounded(_ tensor: Tensor) -> [Float] {
    let wide = Tensor(uninitialized: tensor.shape, on: tensor.device)
    tensor.narrowed(0..<tensor.count, to: .bfloat16).withUnsafeBytes {
      wide.widen($0, from: .bfloat16, into: 0..<tensor.count)
    }
    return wide.values
  }

  private static func makeTensorDevice() throws -> any Device {
    try #require(device.computing(.bfloat16))
  }

  @Test(arguments: [(1, 1, 1), (17, 33, 15), (130, 40, 64), (3, 200, 70), (65, 129, 33)])
  func tensorProducts(_ m: Int, _ n: Int, _ k: Int) throws {
    let device = try Self.makeTensorDevice()
    var numbers = Numbers(device)
    let (a, w) = (numbers.normal(m, k), numbers.normal(n, k))
    let (x, y) = (Self.rounded(a), Self.rounded(w))
    var expected: [Float] = []
    for row in 0..<m {
      for column in 0..<n {
        var sum: Float = 0
        for start in stride(from: 0, to: k, by: 16) {
          var step: Float = 0
          for i in start..<min(start + 16, k) {
            step.addProduct(x[row * k + i], y[column * k + i])
          }
          sum += step
        }
        expected.append(sum)
      }
    }
    let dense = numbers.empty(m, n)
    multiply(into: dense, a, w.transposed)
    #expect(dense.values == expected)
    let turned = numbers.empty(m, n)
    multiply(into: turned, a, w.turned)
    #expect(turned.values == expected)
    for format in [WeightFormat.float32, .bfloat16] {
      let packed = try #require(PackedMatrix(w, as: format))
      let c = numbers.empty(m, n)
      multiply(into: c, a, Weights.packed(packed).transposed)
      #expect(c.values == expected)
      let other = try #require(PackedMatrix(w.turned, as: format))
      multiply(into: c, a, Weights.packed(other))
      #expect(c.values == expected)
    }
  }

  @Test(arguments: [WeightFormat.int8, .fourBit]) func tensorProductsOfFewBits(
    _ format: WeightFormat
  )
    throws
  {
    var numbers = Numbers(try Self.makeTensorDevice())
    let (a, w) = (numbers.normal(20, 70), numbers.normal(40, 70))
    let packed = try #require(PackedMatrix(w, as: format))
    let (found, expected) = (numbers.empty(20, 40), numbers.empty(20, 40))
    multiply(into: found, a, Weights.packed(packed).transposed)
    multiply(into: expected, a, packed.unpacked().transposed)
    #expect(found.values == expected.values)
    let dy = numbers.normal(20, 40)
    let (dx, other) = (numbers.normal(20, 70), numbers.empty(20, 70))
    other.assign(dx)
    multiply(into: dx, dy, Weights.packed(packed), accumulate: true)
    multiply(into: other, dy, packed.unpacked(), accumulate: true)
    #expect(dx.values == other.values)
  }

  @Test func tensorProductsOfGradientsOfWeights() throws {
    var (exact, fast) = (Numbers(Self.device), Numbers(try Self.makeTensorDevice()))
    let gradients = [exact.normal(9, 7), fast.normal(9, 7)]
    multiply(
      into: gradients[0], exact.normal(33, 9).transposed, exact.normal(33, 7), accumulate: true)
    multiply(
      into: gradients[1], fast.normal(33, 9).transposed, fast.normal(33, 7), accumulate: true)
    #expect(gradients[0].values == gradients[1].values)
  }

  @Test func oldCards() throws {
    ft_emulated_set_capability(7)
    defer { ft_emulated_set_capability(9) }
    let old = CUDADevice(
      try Card(number: 0, findingFunctionsBy: { ft_emulated_function($0) }))
    #expect(old.computing(.bfloat16) == nil)
    #expect(old.computing(.exact) != nil)
  }
}
