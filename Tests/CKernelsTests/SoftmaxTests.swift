import CKernels
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Kernels {
  @Suite struct SoftmaxTests {
    static func softmax(_ x: [Float], rows: Int) -> [Float] {
      var out = [Float](repeating: .nan, count: x.count)
      ft_softmax(&out, x, rows, x.count / rows)
      return out
    }

    static func reference(_ row: [Double]) -> [Double] {
      let largest = row.max() ?? 0
      let terms = row.map { exp($0 - largest) }
      let sum = terms.reduce(0, +)
      return terms.map { $0 / sum }
    }

    /// Losses, then 1 or 0 for each row that is correct.
    static func losses(_ logits: [Float], _ labels: [Int32]) -> [Float] {
      let all = crossEntropy(logits, labels, factor: nil)
      return all.losses + all.correct
    }

    /// What the kernel gives: `correct` as floats, and the gradient, or the logits without a factor.
    static func crossEntropy(
      _ logits: [Float], _ labels: [Int32], factor: Float?
    ) -> (losses: [Float], correct: [Float], gradient: [Float]) {
      var correct = [UInt8](repeating: 9, count: labels.count)
      let memory = onMemory(unwritten(labels.count), logits) { pointers in
        correct.withUnsafeMutableBufferPointer { correct in
          labels.withUnsafeBufferPointer { labels in
            var job = ft_cross_entropy_job(
              losses: pointers[0], correct: correct.baseAddress, logits: pointers[1],
              gradient: factor == nil ? nil : pointers[1], labels: labels.baseAddress,
              factor: factor ?? 0, rows: labels.count, vocabulary: logits.count / labels.count)
            ft_cross_entropy(&job)
          }
        }
      }
      return (memory[0], correct.map(Float.init), memory[1])
    }

    /// As `losses`, then the gradient.
    static func gradient(_ logits: [Float], _ labels: [Int32], factor: Float) -> [Float] {
      let all = crossEntropy(logits, labels, factor: factor)
      return all.losses + all.correct + all.gradient
    }

    /// exp within 2 ulp, its argument rounded at up to 16: 16 · 6e-8.
    @Test("softmax is that of double", arguments: [1, 15, 16, 17, 33, 100, 1000], [1, 3])
    func forward(width: Int, rows: Int) {
      let x = numbers(rows * width, seed: 1, size: 8)
      let out = sameOnEveryPath { Self.softmax(x, rows: rows) }
      let expected = (0..<rows).flatMap {
        Self.reference(wide(Array(x[$0 * width..<($0 + 1) * width])))
      }
      expectClose(out, expected, within: 2e-6, floor: 1e-30)
    }

    @Test("softmax works in place, shifts nothing away, and keeps masked elements 0")
    func edges() {
      var x: [Float] = [1000, 1001, -.infinity, 900]
      let apart = Self.softmax(x, rows: 1)
      x.withUnsafeMutableBufferPointer { ft_softmax($0.baseAddress, $0.baseAddress, 1, 4) }
      #expect(x == apart && x[2] == 0 && abs(x[1] - 0.731_058_6) < 1e-6)
    }

    @Test(
      "cross-entropy and its gradient are those of double", arguments: [1, 15, 16, 17, 100, 3001],
      [1, 5])
    func crossEntropy(width: Int, rows: Int) {
      let logits = numbers(rows * width, seed: 1, size: 8)
      let labels = (0..<rows).map { Int32(($0 * 13 + width / 2) % width) }
      let losses = sameOnEveryPath { Self.losses(logits, labels) }
      let all = sameOnEveryPath { Self.gradient(logits, labels, factor: 0.25) }
      #expect(losses.map(\.bitPattern) == all.prefix(2 * rows).map(\.bitPattern))
      var (expectedLosses, expectedGradient): ([Double], [Double]) = ([], [])
      for row in 0..<rows {
        let softmax = Self.reference(wide(Array(logits[row * width..<(row + 1) * width])))
        expectedLosses.append(-log(softmax[Int(labels[row])]))
        expectedGradient += softmax.enumerated().map {
          ($0.element - ($0.offset == Int(labels[row]) ? 1 : 0)) * 0.25
        }
      }
      expectClose(Array(losses.prefix(rows)), expectedLosses, within: 1e-6)
      expectClose(Array(all.suffix(logits.count)), expectedGradient, within: 1e-6, floor: 0.01)
    }

    /// What the kernel gives: losses, 1 or 0 for each row that is correct, and the gradient, or the logits
    /// without a factor.
    static func divergence(
      _ logits: [Float], from targets: [Float], _ labels: [Int32], factor: Float?
    ) -> [Float] {
      var correct = [UInt8](repeating: 9, count: labels.count)
      let memory = onMemory(unwritten(labels.count), logits, targets) { pointers in
        correct.withUnsafeMutableBufferPointer { correct in
          labels.withUnsafeBufferPointer { labels in
            var job = ft_divergence_job(
              losses: pointers[0], correct: correct.baseAddress, logits: pointers[1],
              targets: pointers[2], labels: labels.baseAddress, has_gradient: factor != nil,
              factor: factor ?? 0, rows: labels.count, vocabulary: logits.count / labels.count)
            ft_divergence(&job)
          }
        }
      }
      return memory[0] + correct.map(Float.init) + memory[1]
    }

    @Test(
      "the distance of distributions and its gradient are those of double",
      arguments: [1, 15, 16, 17, 100, 3001], [1, 5])
    func divergence(width: Int, rows: Int) {
      let logits = numbers(rows * width, seed: 1, size: 8)
      let targets = numbers(rows * width, seed: 2, size: 6)
      let labels = (0..<rows).map { Int32(($0 * 13 + width / 2) % width) }
      let losses = sameOnEveryPath {
        Self.divergence(logits, from: targets, labels, factor: nil)
      }
      let all = sameOnEveryPath { Self.divergence(logits, from: targets, labels, factor: 0.25) }
      #expect(losses.prefix(2 * rows).map(\.bitPattern) == all.prefix(2 * rows).map(\.bitPattern))
      #expect(losses[rows..<2 * rows].elementsEqual(Self.losses(logits, labels)[rows...]))
      #expect(losses.suffix(logits.count).elementsEqual(logits))
      var (expectedLosses, expectedGradient): ([Double], [Double]) = ([], [])
      for row in 0..<rows {
        let range = row * width..<(row + 1) * width
        let (q, p) = (
          Self.reference(wide(Array(logits[range]))), Self.reference(wide(Array(targets[range])))
        )
        expectedLosses.append(zip(p, q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) })
        expectedGradient += zip(p, q).map { ($1 - $0) * 0.25 }
      }
      expectClose(Array(losses.prefix(rows)), expectedLosses, within: 2e-6, floor: 1)
      expectClose(Array(all.suffix(logits.count)), expectedGradient, within: 1e-6, floor: 0.01)
    }

    @Test("the gradient is that of central differences")
    func differences() {
      let logits = numbers(19, seed: 4)
      let all = Self.gradient(logits, [6], factor: 1)
      let expected = slopes(of: { -log(Self.reference($0)[6]) }, at: wide(logits))
      expectClose(Array(all.suffix(19)), expected, within: 1e-6)
    }

    @Test("a label is correct when it is the first of the largest")
    func correctness() {
      let rows: [Float] = [1, 3, 3, 2]
      let correct = (0..<4).map { Self.losses(rows, [Int32($0)])[1] }
      #expect(correct == [0, 1, 0, 0])
      // Nobody need ask which are correct.
      let losses = onMemory([0], rows) { pointers in
        withUnsafePointer(to: Int32(2)) { label in
          var job = ft_cross_entropy_job()
          (job.losses, job.logits, job.labels) = (pointers[0], UnsafePointer(pointers[1]), label)
          (job.rows, job.vocabulary) = (1, 4)
          ft_cross_entropy(&job)
        }
      }[0]
      #expect(abs(losses[0] - 0.917_57) < 1e-4)
    }

    @Test("the largest is found, the first of equals", arguments: [1, 15, 16, 17, 100, 3001])
    func argmax(width: Int) {
      var x = numbers(3 * width, seed: 2).map { $0.rounded() }
      let expected = (0..<3).map { row in
        let values = Array(x[row * width..<(row + 1) * width])
        return Float(values.firstIndex(of: values.max() ?? 0) ?? 0)
      }
      #expect(sameOnEveryPath { Self.places(x, rows: 3) } == expected)
      x[width] = .nan
      let best = x[width + 1..<2 * width].max()
      let place = x[width..<2 * width].firstIndex { $0 == best }.map { $0 - width } ?? 0
      #expect(Self.places(x, rows: 3)[1] == Float(place))
      #expect(Self.places([-.infinity, .nan, -.infinity], rows: 1) == [0])
    }

    static func places(_ x: [Float], rows: Int) -> [Float] {
      var places = [Int32](repeating: -1, count: rows)
      ft_argmax(&places, x, rows, x.count / rows)
      return places.map(Float.init)
    }

    @Test("likelihoods are exponentials over the temperature", arguments: [1, 17, 5000])
    func likelihoods(count: Int) {
      let x = numbers(count, seed: 3, size: 8)
      let largest = x.max() ?? 0
      let out = sameOnEveryPath {
        var out = [Float](repeating: .nan, count: count)
        ft_likelihoods(&out, x, largest, 0.7, count)
        return out
      }
      expectClose(
        out, x.map { exp(Double($0 - largest) / 0.7) }, within: 4e-6, floor: 1e-30)
      #expect(out.max() == 1)
    }

    @Test("NaN reaches the loss and is never correct")
    func specials() {
      let nan = Self.losses([.nan, 5, 1, 1, 2, 3], [1, 2])
      #expect(nan[0].isNaN && nan[2] == 0 && nan[1].isFinite && nan[3] == 1)
      let row = Self.softmax([.nan, 1, 2], rows: 1)
      #expect(row[0].isNaN && row[1].isNaN && row[2].isNaN)
      #expect(Self.losses([-.infinity, 1], [0])[0] == .infinity)
    }
  }
}
