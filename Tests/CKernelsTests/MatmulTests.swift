import CKernels
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A product's operands, and what it is by the definition: one chain of fused multiply-adds.
private struct Problem: Sendable {
  let m: Int, n: Int, k: Int
  /// a [m, k], b [k, n], and what c [m, n] holds before.
  var a: [Float]
  var b: [Float]
  let before: [Float]

  init(_ m: Int, _ n: Int, _ k: Int) {
    (self.m, self.n, self.k) = (m, n, k)
    // Numbers of many sizes and both signs, so that another order of summing shows in the bits.
    var state = UInt32(truncatingIfNeeded: 12345 &+ m &* 31 &+ n &* 17 &+ k)
    func next() -> Float {
      state = state &* 1_664_525 &+ 1_013_904_223
      return (Float(state >> 9) / 4_194_304 - 1) * (state & 256 == 0 ? 1 : 0.01)
    }
    a = (0..<m * k).map { _ in next() }
    b = (0..<k * n).map { _ in next() }
    before = (0..<m * n).map { _ in next() }
  }

  /// The product by the definition.
  func expected(accumulate: Bool) -> [Float] {
    var c = accumulate ? before : [Float](repeating: 0, count: m * n)
    unsafe c.withUnsafeMutableBufferPointer { c in
      unsafe a.withUnsafeBufferPointer { a in
        unsafe b.withUnsafeBufferPointer { b in
          for i in 0..<m {
            for j in 0..<n {
              var sum = unsafe c[i &* n &+ j]
              for step in 0..<k {
                unsafe sum.addProduct(a[i &* k &+ step], b[step &* n &+ j])
              }
              unsafe c[i &* n &+ j] = sum
            }
          }
        }
      }
    }
    return c
  }
}

/// A matrix of `rows` rows, or its transpose, with `extra` sentinels at the end of each row.
private func stored(
  _ x: [Float], rows: Int, columns: Int, transposed: Bool, extra: Int
) -> (values: [Float], stride: Int) {
  let (outer, inner) = transposed ? (columns, rows) : (rows, columns)
  var values = [Float](repeating: .nan, count: outer * (inner + extra))
  for i in 0..<rows {
    for j in 0..<columns {
      let (row, column) = transposed ? (j, i) : (i, j)
      values[row * (inner + extra) + column] = x[i * columns + j]
    }
  }
  return (values, inner + extra)
}

private func sameBits(_ x: [Float], _ y: [Float]) -> Bool {
  x.count == y.count && (x.isEmpty || memcmp(x, y, x.count * 4) == 0)
}

/// Four ways to store the operands, and two ways to begin.
private struct Form: Sendable, CaseIterable, CustomStringConvertible {
  var aTransposed: Bool
  var bTransposed: Bool
  var accumulate: Bool

  static let allCases = [false, true].flatMap { a in
    [false, true].flatMap { b in
      [false, true].map { Form(aTransposed: a, bTransposed: b, accumulate: $0) }
    }
  }

  var description: String {
    "a\(aTransposed ? "ᵀ" : "") · b\(bTransposed ? "ᵀ" : "")\(accumulate ? ", added" : "")"
  }

  /// Runs the kernel with `extra` sentinels after every row, and returns c with its sentinels.
  func product(_ problem: Problem, extra: Int = 0) -> [Float] {
    let a = stored(
      problem.a, rows: problem.m, columns: problem.k, transposed: aTransposed, extra: extra)
    let b = stored(
      problem.b, rows: problem.k, columns: problem.n, transposed: bTransposed, extra: extra)
    let c = stored(
      problem.before, rows: problem.m, columns: problem.n, transposed: false, extra: extra)
    return onMemory(c.values, a.values, b.values) {
      var job = ft_matmul_job(
        c: $0[0], ldc: c.stride,
        a: ft_matmul_operand(start: $0[1], stride: a.stride, k_is_rows: aTransposed),
        b: ft_matmul_operand(start: $0[2], stride: b.stride, k_is_rows: !bTransposed),
        packed: ft_packed_matrix(), is_turned: false, m: problem.m, n: problem.n, k: problem.k,
        accumulate: accumulate)
      ft_matmul(&job, 1)
    }[0]
  }
}

/// Sizes around the lanes, the panels and the blocks of every path.
///
/// Not all triples: a third of the small ones, chosen so that every pair of sizes meets.
private let problems: [Problem] = {
  let small = [0, 1, 2, 15, 16, 17, 31, 33]
  var all: [Problem] = []
  for (i, m) in small.enumerated() {
    for (j, n) in small.enumerated() {
      for (l, k) in small.enumerated() where (i + j + l) % 3 == 0 { all.append(Problem(m, n, k)) }
    }
  }
  let large = [
    (63, 100, 63), (100, 63, 33), (257, 17, 100), (257, 33, 63), (63, 257, 16), (4, 257, 257),
    (3, 33, 47),
    (1, 100, 257), (100, 31, 257), (257, 257, 15), (12, 32, 800), (13, 31, 769), (63, 33, 400),
    // Panels of uneven heights, and one more than blocks of rows, columns and steps hold.
    (7, 300, 330), (14, 33, 650), (8, 580, 9), (98, 48, 322), (121, 305, 24), (97, 40, 641),
    (18, 64, 321), (19, 64, 321),
  ]
  return all + large.map { Problem($0.0, $0.1, $0.2) }
}()

/// `Problem.expected` of each problem, without and with accumulation.
private let expectations: [(plain: [Float], added: [Float])] = problems.map {
  ($0.expected(accumulate: false), $0.expected(accumulate: true))
}

private func nestedProduct(_ context: UnsafeRawPointer?, begin: Int, _: Int, _: Int) {
  guard let context else { return }
  let nested = Unmanaged<NestedProduct>.fromOpaque(context).takeUnretainedValue()
  nested.results[begin] = nested.form.product(nested.problem)
}

/// A product that each share of a region computes on its own.
private final class NestedProduct {
  let problem = Problem(257, 33, 63)
  let form = Form(aTransposed: false, bTransposed: true, accumulate: false)
  let results = UnsafeMutableBufferPointer<[Float]>.allocate(capacity: 64)

  init() { results.initialize(repeating: []) }

  deinit {
    results.deinitialize()
    results.deallocate()
  }
}

extension Kernels {
  @Suite struct MatmulTests {
    @Test("every element is the chain's bits, on every path", arguments: machinePaths)
    func chain(path: ft_isa) {
      for threads in 1...3 {
        onPath(path, threads: threads) {
          for (problem, expected) in zip(problems, expectations) {
            for form in Form.allCases {
              let same = sameBits(
                form.product(problem), form.accumulate ? expected.added : expected.plain)
              #expect(
                same, "\(problem.m) × \(problem.k) × \(problem.n), \(form), \(threads) threads")
            }
          }
        }
      }
    }

    @Test("rows may be stored further apart, and what lies between is left alone")
    func strides() {
      for problem in [Problem(33, 17, 31), Problem(257, 33, 63), Problem(2, 100, 16)] {
        for form in Form.allCases {
          for path in machinePaths {
            let c = onPath(path, threads: 2) { form.product(problem, extra: 5) }
            let expected = stored(
              problem.expected(accumulate: form.accumulate), rows: problem.m, columns: problem.n,
              transposed: false, extra: 5)
            #expect(sameBits(c, expected.values), "\(form), path \(path.rawValue)")
          }
        }
      }
    }

    @Test("no steps of k make zeros, or leave c as it was")
    func noSteps() {
      let problem = Problem(3, 5, 0)
      for form in Form.allCases {
        #expect(
          form.product(problem)
            == (form.accumulate ? problem.before : [Float](repeating: 0, count: 15)))
      }
    }

    @Test("NaN and infinity reach the elements they belong to, and no others")
    func nonFinite() {
      var problem = Problem(33, 49, 20)
      problem.a[7 * 20 + 3] = .nan
      problem.a[9 * 20 + 4] = .infinity
      for column in 0..<49 { problem.b[4 * 49 + column] = column == 40 ? 0 : 1 }
      for form in Form.allCases {
        for path in machinePaths {
          let c = onPath(path, threads: 2) { form.product(problem) }
          for i in 0..<33 {
            for j in 0..<49 {
              let x = c[i * 49 + j]
              switch i {
              case 7: #expect(x.isNaN)
              case 9: #expect(j == 40 ? x.isNaN : x == .infinity)
              default: #expect(x.isFinite)
              }
            }
          }
        }
      }
    }

    @Test("a product inside a region is the same")
    func nested() {
      onPath(ft_best_isa(), threads: 3) {
        let nested = NestedProduct()
        ft_parallel(3, 1, nestedProduct, Unmanaged.passUnretained(nested).toOpaque())
        let expected = nested.problem.expected(accumulate: false)
        for share in 0..<3 { #expect(sameBits(nested.results[share], expected)) }
      }
    }

    @Test("products started by several threads at once are the same")
    func concurrent() async {
      _ = ft_set_thread_count(2)
      let problem = Problem(257, 33, 63)
      let expected = problem.expected(accumulate: true)
      let same = await withTaskGroup(of: Bool.self) { group in
        for form in Form.allCases where form.accumulate {
          group.addTask { (0..<5).allSatisfy { _ in sameBits(form.product(problem), expected) } }
        }
        return await group.reduce(true) { $0 && $1 }
      }
      _ = ft_set_thread_count(1)
      #expect(same)
    }
  }
}
