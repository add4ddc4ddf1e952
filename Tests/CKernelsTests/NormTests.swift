import CKernels
import Testing

extension Kernels {
  @Suite struct NormTests {
    static let epsilon: Float = 1e-5

    /// y, then the reciprocal roots.
    static func forward(
      _ x: [Float], _ weight: [Float], offset: Float = 0, rows: Int
    ) -> [Float] {
      let memory = onMemory(unwritten(x.count), unwritten(rows), x, weight) {
        var job = ft_rms_norm_job(
          y: $0[0], inverse_rms: $0[1], x: $0[2], weight: $0[3], offset: offset,
          epsilon: epsilon, rows: rows, channels: weight.count)
        ft_rms_norm_forward(&job)
      }
      return memory[0] + memory[1]
    }

    /// dx, then dweight, each added to what is given; without the latter dx alone is.
    static func backward(
      _ dx: [Float], _ dweight: [Float]?, _ dy: [Float], _ x: [Float], _ weight: [Float],
      offset: Float = 0, _ inverse: [Float]
    ) -> [Float] {
      let memory = onMemory(dx, dweight ?? [], dy, x, weight, inverse) {
        var job = ft_rms_norm_backward_job(
          dx: $0[0], dweight: dweight == nil ? nil : $0[1], dy: $0[2], x: $0[3], weight: $0[4],
          inverse_rms: $0[5], offset: offset, rows: inverse.count, channels: weight.count)
        ft_rms_norm_backward(&job)
      }
      return memory[0] + memory[1]
    }

    static func reference(_ x: [Double], _ weight: [Double]) -> [Double] {
      let channels = weight.count
      return stride(from: 0, to: x.count, by: channels).flatMap { start -> [Double] in
        let row = x[start..<start + channels]
        let mean = row.reduce(0) { $0 + $1 * $1 } / Double(channels)
        let root = (mean + Double(epsilon)).squareRoot()
        return zip(row, weight).map { $0 / root * $1 }
      }
    }

    /// A mean of squares has relative error far below 1e-6; the rest is four roundings.
    @Test("is that of double", arguments: [1, 15, 16, 17, 33, 100, 1000], [1, 3, 40])
    func forward(channels: Int, rows: Int) {
      let (x, weight) = (numbers(rows * channels, seed: 1), numbers(channels, seed: 2))
      let both = sameOnEveryPath { Self.forward(x, weight, rows: rows) }
      expectClose(
        Array(both.prefix(x.count)), Self.reference(wide(x), wide(weight)), within: 2e-6)
    }

    /// Halves are kept, so that the sum is exact and so the bits are the same.
    @Test("an offset is as if it were in the weights")
    func offset() {
      let x = numbers(3 * 37, seed: 1)
      let weight = (0..<37).map { Float($0) / 2 - 8 }
      let raised = weight.map { $0 + 1 }
      let (dy, before) = (numbers(3 * 37, seed: 3), numbers(3 * 37, seed: 4))
      let both = Self.forward(x, raised, rows: 3)
      #expect(haveSameBits(Self.forward(x, weight, offset: 1, rows: 3), both))
      let inverse = Array(both.suffix(3))
      let gradients = [(weight, Float(1)), (raised, Float(0))].map { weight, offset in
        Self.backward(
          before, [Float](repeating: 0, count: 37), dy, x, weight, offset: offset, inverse)
      }
      #expect(haveSameBits(gradients[0], gradients[1]))
    }

    @Test("gradients are those of central differences", arguments: [1, 15, 16, 17, 33], [1, 3])
    func backward(channels: Int, rows: Int) {
      let (x, weight) = (numbers(rows * channels, seed: 1), numbers(channels, seed: 2))
      let dy = numbers(rows * channels, seed: 3)
      let inverse = Array(Self.forward(x, weight, rows: rows).suffix(rows))
      let before = numbers(x.count + channels, seed: 4)
      let both = sameOnEveryPath {
        Self.backward(
          Array(before.prefix(x.count)), Array(before.suffix(channels)), dy, x, weight, inverse)
      }
      func loss(_ parameters: [Double]) -> Double {
        let y = Self.reference(
          Array(parameters.prefix(x.count)), Array(parameters.suffix(channels)))
        return zip(y, dy).reduce(0) { $0 + $1.0 * Double($1.1) }
      }
      let expected = zip(slopes(of: loss, at: wide(x + weight)), before).map { $0 + Double($1) }
      // Where a row is a single channel the two terms of dx cancel; 1e-5 is against 1, or more.
      expectClose(both, expected, within: 1e-5)
    }

    @Test("many rows and channels give the same bits on every path")
    func shares() {
      let (rows, channels) = (70, 200)
      let (x, weight) = (numbers(rows * channels, seed: 1), numbers(channels, seed: 2))
      let dy = numbers(rows * channels, seed: 3)
      let inverse = Array(Self.forward(x, weight, rows: rows).suffix(rows))
      let gradients = sameOnEveryPath {
        let once = Self.backward(x, weight, dy, x, weight, inverse)
        let dx = Self.backward(Array(once.prefix(x.count)), nil, dy, x, weight, inverse)
        return dx + once.suffix(channels)
      }
      // dweight is the chain over rows, exactly.
      let expected = (0..<channels).map { c in
        (0..<rows).reduce(weight[c]) { sum, row in
          sum.addingProduct(dy[row * channels + c], x[row * channels + c] * inverse[row])
        }
      }
      #expect(Array(gradients.suffix(channels)) == expected)
    }

    @Test("NaN and infinity stay in their row")
    func specials() {
      let y = Self.forward([.nan, 1, 1, 1, .infinity, 1], [1, 1], rows: 3)
      #expect(y[0].isNaN && y[1].isNaN && y[4].isNaN)
      #expect(abs(y[2] - 1) < 1e-4 && abs(y[3] - 1) < 1e-4)
    }
  }
}
