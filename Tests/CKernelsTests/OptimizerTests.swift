import CKernels
import Testing

extension Kernels {
  @Suite struct OptimizerTests {
    /// A job without its arrays.
    nonisolated(unsafe) static let adamw = ft_adamw_job(
      weight: nil, m: nil, v: nil, gradient: nil, n: 0, rate: 0.01, beta1: 0.9, fresh1: 0.1,
      beta2: 0.99, fresh2: 0.01, epsilon: 1e-8, kept: 0.999, correction1: 0.271,
      correction2: 0.029701, gradient_scale: 0.5)

    /// Weight, m and v after one step.
    static func step(_ weight: [Float], _ m: [Float], _ v: [Float], _ gradient: [Float]) -> [Float]
    {
      onMemory(weight, m, v, gradient) {
        var job = adamw
        (job.weight, job.m, job.v, job.gradient) = ($0[0], $0[1], $0[2], UnsafePointer($0[3]))
        job.n = weight.count
        ft_adamw(&job)
      }.dropLast().flatMap(\.self)
    }

    @Test("AdamW is that of double", arguments: oddSizes)
    func adamw(n: Int) {
      let (weight, m) = (numbers(n, seed: 1), numbers(n, seed: 2))
      let (v, gradient) = (numbers(n, seed: 3).map(abs), numbers(n, seed: 4))
      let all = sameOnEveryPath { Self.step(weight, m, v, gradient) }
      var (weights, ms, vs): ([Double], [Double], [Double]) = ([], [], [])
      let s = Self.adamw
      for i in 0..<n {
        let g = Double(gradient[i]) * Double(s.gradient_scale)
        ms.append(Double(s.beta1) * Double(m[i]) + Double(s.fresh1) * g)
        vs.append(Double(s.beta2) * Double(v[i]) + Double(s.fresh2) * g * g)
        let root = (vs[i] / Double(s.correction2)).squareRoot() + Double(s.epsilon)
        weights.append(
          Double(weight[i]) * Double(s.kept)
            - Double(s.rate) * ms[i] / Double(s.correction1) / root)
      }
      expectClose(all, weights + ms + vs, within: 1e-6)
    }

    @Test("SGD is that of double, with and without velocity", arguments: oddSizes, [false, true])
    func sgd(n: Int, isNesterov: Bool) {
      let (weight, gradient) = (numbers(n, seed: 1), numbers(n, seed: 4))
      let old = numbers(n, seed: 2)
      let all = sameOnEveryPath {
        onMemory(weight, weight, old, gradient) {
          var job = ft_sgd_job(
            weight: $0[0], velocity: nil, gradient: $0[3], n: n, rate: 0.01, momentum: 0.9,
            decay: 0.1, gradient_scale: 0.5, is_nesterov: isNesterov)
          ft_sgd(&job)
          (job.weight, job.velocity) = ($0[1], $0[2])
          ft_sgd(&job)
        }.dropLast().flatMap(\.self)
      }
      let g = wide(gradient).indices.map { 0.1 * Double(weight[$0]) + 0.5 * Double(gradient[$0]) }
      let velocity = g.indices.map { 0.9 * Double(old[$0]) + g[$0] }
      let step = g.indices.map { isNesterov ? g[$0] + 0.9 * velocity[$0] : velocity[$0] }
      let moved = { (step: [Double]) in step.indices.map { Double(weight[$0]) - 0.01 * step[$0] } }
      expectClose(all, moved(g) + moved(step) + velocity, within: 1e-6)
    }

    @Test("Lion is that of double; a weight without a gradient only decays", arguments: oddSizes)
    func lion(n: Int) {
      let (weight, m) = (numbers(n, seed: 1), numbers(n, seed: 2).map { $0 > 1.9 ? 0 : $0 })
      let gradient = zip(m, numbers(n, seed: 4)).map { $0 == 0 ? 0 : $1 }
      let all = sameOnEveryPath {
        onMemory(weight, m, gradient) {
          var job = ft_lion_job(
            weight: $0[0], m: $0[1], gradient: $0[2], n: n, rate: 0.01, beta1: 0.9, fresh1: 0.1,
            beta2: 0.99, fresh2: 0.01, kept: 0.999, gradient_scale: 0.5)
          ft_lion(&job)
        }.dropLast().flatMap(\.self)
      }
      let signs = m.indices.map { index in
        let mixed = 0.9 * Double(m[index]) + 0.1 * 0.5 * Double(gradient[index])
        return mixed == 0 ? 0 : mixed > 0 ? 1.0 : -1
      }
      let weights = signs.indices.map { 0.999 * Double(weight[$0]) - 0.01 * signs[$0] }
      let ms = m.indices.map { 0.99 * Double(m[$0]) + 0.01 * 0.5 * Double(gradient[$0]) }
      expectClose(all, weights + ms, within: 1e-6)
    }

    @Test(
      "Adafactor of a matrix is that of double", arguments: [0, 1, 16, 33, 130], [1, 15, 17, 300])
    func adafactorMatrix(rows: Int, columns: Int) {
      let n = rows * columns
      let (weight, gradient) = (numbers(n, seed: 1), numbers(n, seed: 4))
      let row = numbers(rows, seed: 2).map(abs)
      let column = numbers(columns, seed: 3).map(abs)
      let all = sameOnEveryPath {
        Self.adafactor(weight, row, column, gradient, rows: rows, columns: columns)
      }
      guard n > 0 else { return }
      let g = wide(gradient).map { $0 * 0.5 }
      let rowMean = { (r: Int) in
        (0..<columns).reduce(0) { $0 + g[r * columns + $1] * g[r * columns + $1] } / Double(columns)
      }
      let columnMean = { (c: Int) in
        (0..<rows).reduce(0) { $0 + g[$1 * columns + c] * g[$1 * columns + c] } / Double(rows)
      }
      let newRow = (0..<rows).map { 0.75 * Double(row[$0]) + 0.25 * rowMean($0) }
      let newColumn = (0..<columns).map { 0.75 * Double(column[$0]) + 0.25 * columnMean($0) }
      let mean = newRow.reduce(0, +) / Double(rows)
      let step = g.indices.map {
        g[$0] / (newRow[$0 / columns] * newColumn[$0 % columns] / mean).squareRoot()
      }
      expectClose(all, Self.applied(step, to: weight) + newRow + newColumn, within: 4e-6)
    }

    @Test("Adafactor of a vector is that of double", arguments: oddSizes)
    func adafactorVector(n: Int) {
      let (weight, gradient) = (numbers(n, seed: 1), numbers(n, seed: 4))
      let square = numbers(n, seed: 2).map(abs)
      let all = sameOnEveryPath {
        Self.adafactor(weight, square, nil, gradient, rows: n, columns: 1)
      }
      let g = wide(gradient).map { $0 * 0.5 }
      let squares = g.indices.map { 0.75 * Double(square[$0]) + 0.25 * g[$0] * g[$0] }
      let step = g.indices.map { g[$0] / squares[$0].squareRoot() }
      expectClose(all, Self.applied(step, to: weight) + squares, within: 4e-6)
    }

    /// Weight, row and column after one step; of a vector, weight and squares.
    static func adafactor(
      _ weight: [Float], _ row: [Float], _ column: [Float]?, _ gradient: [Float], rows: Int,
      columns: Int
    ) -> [Float] {
      onMemory(weight, row, column ?? [], gradient) {
        var job = ft_adafactor_job(
          weight: $0[0], row: $0[1], column: column == nil ? nil : $0[2], gradient: $0[3],
          rows: rows, columns: columns, rate: 0.01, beta2: 0.75, fresh2: 0.25, epsilon: 1e-30,
          kept: 0.999, gradient_scale: 0.5)
        ft_adafactor(&job)
      }.dropLast().flatMap(\.self)
    }

    /// The weights after a step that is scaled down to a root mean square of 1.
    static func applied(_ step: [Double], to weight: [Float]) -> [Double] {
      let size = (step.reduce(0) { $0 + $1 * $1 } / Double(max(1, step.count))).squareRoot()
      return step.indices.map { 0.999 * Double(weight[$0]) - 0.01 * step[$0] / max(1, size) }
    }

    @Test("a NaN gradient shows in its own element only")
    func nan() {
      let all = Self.step([1, 1], [0, 0], [0, 0], [.nan, 1])
      #expect(all[0].isNaN && all[1].isFinite)
    }

    /// Squares of floats are exact in double; the sum of 20,000 is good to 1e-12.
    @Test(
      "the sum of squares is that of double", arguments: oddSizes + [4095, 4096, 4097, 20_000])
    func squares(n: Int) {
      let x = numbers(n, seed: 1)
      let expected = wide(x).reduce(0) { $0 + $1 * $1 }
      let sums = machinePaths.flatMap { path in
        (1...3).map { onPath(path, threads: $0) { ft_sum_of_squares(x, n) } }
      }
      let same = sums.allSatisfy { $0 == sums[0] }
      #expect(same)
      #expect(abs(sums[0] - expected) <= 1e-12 * expected)
    }

    @Test("the sum of squares does not overflow, and joins more than one round of stretches")
    func rounds() {
      #expect(ft_sum_of_squares([3e38, 3e38], 2) > 1.7e77)
      #expect(ft_sum_of_squares([.nan, 1], 2).isNaN)
      let n = 4096 * 1025 + 3
      #expect(ft_sum_of_squares([Float](repeating: 1, count: n), n) == Double(n))
    }

    @Test("finds what is not finite, wherever it is", arguments: oddSizes.dropFirst())
    func finite(n: Int) {
      for path in machinePaths {
        for threads in 1...3 {
          onPath(path, threads: threads) {
            var x = numbers(n, seed: 1)
            #expect(ft_all_finite(x, n))
            for value in [Float.nan, .infinity, -.infinity] {
              for place in [0, n / 2, n - 1] {
                let kept = x[place]
                x[place] = value
                #expect(!ft_all_finite(x, n))
                x[place] = kept
              }
            }
          }
        }
      }
      #expect(ft_all_finite([], 0))
    }
  }
}
