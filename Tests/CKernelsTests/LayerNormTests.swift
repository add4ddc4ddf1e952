import CKernels
import Testing

extension Kernels {
  @Suite struct LayerNormTests {
    static let epsilon: Float = 1e-5

    /// y, then the means, then the reciprocal roots.
    static func forward(_ x: [Float], _ weight: [Float], _ bias: [Float], rows: Int) -> [Float] {
      let memory = onMemory(
        unwritten(x.count), unwritten(rows), unwritten(rows), x, weight, bias
      ) {
        var job = ft_layer_norm_job(
          y: $0[0], mean: $0[1], inverse: $0[2], x: $0[3], weight: $0[4], bias: $0[5],
          offset: 0, epsilon: epsilon, rows: rows, channels: weight.count)
        ft_layer_norm_forward(&job)
      }
      return memory[0] + memory[1] + memory[2]
    }

    /// dx, dweight and dbias, each added to what is given; without the latter two dx alone is.
    static func backward(
      _ dx: [Float], _ others: (dweight: [Float], dbias: [Float])?, _ dy: [Float], _ x: [Float],
      _ weight: [Float], _ mean: [Float], _ inverse: [Float]
    ) -> [Float] {
      let memory = onMemory(
        dx, others?.dweight ?? [], others?.dbias ?? [], dy, x, weight, mean, inverse
      ) {
        var job = ft_layer_norm_backward_job(
          dx: $0[0], dweight: others == nil ? nil : $0[1], dbias: others == nil ? nil : $0[2],
          dy: $0[3], x: $0[4], weight: $0[5], mean: $0[6], inverse: $0[7], offset: 0,
          rows: mean.count, channels: weight.count)
        ft_layer_norm_backward(&job)
      }
      return memory[0] + memory[1] + memory[2]
    }

    static func reference(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> [Double] {
      let channels = weight.count
      return stride(from: 0, to: x.count, by: channels).flatMap { start -> [Double] in
        let row = x[start..<start + channels]
        let mean = row.reduce(0, +) / Double(channels)
        let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(channels)
        let root = (variance + Double(epsilon)).squareRoot()
        return row.indices.map { i in
          (row[i] - mean) / root * weight[i - start] + bias[i - start]
        }
      }
    }

    /// Numbers off centre: a variance by mean squares would lose half of its digits.
    static func offCentre(_ count: Int, seed: UInt32) -> [Float] {
      numbers(count, seed: seed).map { $0 + 10 }
    }

    /// A row of one channel is 0 / sqrt(epsilon); the mean's rounding, 1e-6 of 10, is what is seen
    /// of larger ones.
    @Test("is that of double", arguments: [1, 15, 16, 17, 33, 100, 1000], [1, 3, 40])
    func forward(channels: Int, rows: Int) {
      let x = Self.offCentre(rows * channels, seed: 1)
      let (weight, bias) = (numbers(channels, seed: 2), numbers(channels, seed: 3))
      let all = sameOnEveryPath { Self.forward(x, weight, bias, rows: rows) }
      expectClose(
        Array(all.prefix(x.count)), Self.reference(wide(x), wide(weight), wide(bias)),
        within: 5e-6)
    }

    @Test("gradients are those of central differences", arguments: [2, 15, 16, 17, 33], [1, 3])
    func backward(channels: Int, rows: Int) {
      let x = numbers(rows * channels, seed: 1)
      let (weight, bias) = (numbers(channels, seed: 2), numbers(channels, seed: 3))
      let dy = numbers(rows * channels, seed: 4)
      let statistics = Self.forward(x, weight, bias, rows: rows).suffix(2 * rows)
      let (mean, inverse) = (Array(statistics.prefix(rows)), Array(statistics.suffix(rows)))
      let before = numbers(x.count + 2 * channels, seed: 5)
      let all = sameOnEveryPath {
        Self.backward(
          Array(before.prefix(x.count)),
          (Array(before[x.count..<x.count + channels]), Array(before.suffix(channels))), dy, x,
          weight, mean, inverse)
      }
      func loss(_ parameters: [Double]) -> Double {
        let y = Self.reference(
          Array(parameters.prefix(x.count)),
          Array(parameters[x.count..<x.count + channels]), Array(parameters.suffix(channels)))
        return zip(y, dy).reduce(0) { $0 + $1.0 * Double($1.1) }
      }
      let expected = zip(slopes(of: loss, at: wide(x + weight + bias)), before)
        .map { $0 + Double($1) }
      // Where a row has two channels their terms cancel; 2e-5 is against 1, or more.
      expectClose(all, expected, within: 2e-5)
    }

    @Test("many rows and channels give the same bits on every path")
    func shares() {
      let (rows, channels) = (70, 200)
      let x = numbers(rows * channels, seed: 1)
      let (weight, dy) = (numbers(channels, seed: 2), numbers(rows * channels, seed: 3))
      let statistics = Self.forward(x, weight, weight, rows: rows).suffix(2 * rows)
      let (mean, inverse) = (Array(statistics.prefix(rows)), Array(statistics.suffix(rows)))
      let gradients = sameOnEveryPath {
        let once = Self.backward(x, (weight, weight), dy, x, weight, mean, inverse)
        let dx = Self.backward(Array(once.prefix(x.count)), nil, dy, x, weight, mean, inverse)
        return dx + once.dropFirst(x.count)
      }
      // dweight is the chain over rows, exactly.
      let expected = (0..<channels).map { c in
        (0..<rows).reduce(weight[c]) { sum, row in
          sum.addingProduct(
            dy[row * channels + c], (x[row * channels + c] - mean[row]) * inverse[row])
        }
      }
      #expect(Array(gradients[x.count..<x.count + channels]) == expected)
    }

    @Test("NaN and infinity stay in their row")
    func specials() {
      let y = Self.forward([.nan, 1, 1, 3, .infinity, 1], [1, 1], [0, 0], rows: 3)
      #expect(y[0].isNaN && y[1].isNaN && y[4].isNaN)
      #expect(abs(y[2] + 1) < 1e-4 && abs(y[3] - 1) < 1e-4)
    }
  }
}
