import CKernels
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Sizes around the sixteen lanes, and one that several threads share.
let oddSizes = [0, 1, 15, 16, 17, 33, 100, 1000, 9001]

/// `count` numbers of both signs within ±`size`, always the same for a seed.
func numbers(_ count: Int, seed: UInt32, size: Float = 2) -> [Float] {
  var state = seed &* 2_654_435_761 &+ 12345
  return (0..<count).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return (Float(state >> 8) / 8_388_608 - 1) * size
  }
}

/// Whether two arrays have the same bits, element by element.
func haveSameBits(_ x: [Float], _ y: [Float]) -> Bool {
  x.count == y.count && (x.isEmpty || memcmp(x, y, x.count * 4) == 0)
}

/// Runs `compute` on every path of the machine with 1, 2 and 3 threads, expects the same bits
/// from all, and returns the result.
func sameOnEveryPath(
  sourceLocation: SourceLocation = #_sourceLocation, _ compute: () -> [Float]
) -> [Float] {
  let first = onPath(ft_best_isa(), threads: 1, compute)
  for path in machinePaths {
    for threads in 1...3 {
      let other = onPath(path, threads: threads, compute)
      #expect(
        haveSameBits(first, other), "path \(path.rawValue), \(threads) threads",
        sourceLocation: sourceLocation)
    }
  }
  return first
}

/// Expects each element within `tolerance` of the reference, measured against the larger of the
/// reference's own size and `floor` (below which float noise of the terms, not of the result,
/// decides).
func expectClose(
  _ actual: [Float], _ expected: [Double], within tolerance: Double, floor: Double = 1,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, sourceLocation: sourceLocation)
  var worst = 0.0
  for (x, y) in zip(actual, expected) {
    let error = abs(Double(x) - y) / max(abs(y), floor)
    worst = error <= worst ? worst : error
  }
  #expect(worst <= tolerance, sourceLocation: sourceLocation)
}

/// The central difference of `f` for each element of `x`, in double.
func slopes(of f: ([Double]) -> Double, at x: [Double]) -> [Double] {
  x.indices.map { i in
    let step = 1e-5
    var (low, high) = (x, x)
    low[i] -= step
    high[i] += step
    return (f(high) - f(low)) / (2 * step)
  }
}

/// Doubles of floats, exactly.
func wide(_ x: [Float]) -> [Double] { x.map(Double.init) }
