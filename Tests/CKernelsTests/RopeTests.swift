import CKernels
import Testing

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension Kernels {
  @Suite struct RopeTests {
    static func tables(width: Int, time: Int) -> (cosine: [Float], sine: [Float]) {
      let frequencies = (0..<width / 2).map { pow(10_000, -Double(2 * $0) / Double(width)) }
      var cosine = [Float](repeating: .nan, count: time * width / 2)
      var sine = cosine
      ft_rope_table(&cosine, &sine, frequencies, time, width / 2)
      return (cosine, sine)
    }

    /// Both are computed in double; rounding to float leaves 6e-8.
    @Test("the tables are cosines and sines of the angles")
    func table() {
      let both = sameOnEveryPath {
        let tables = Self.tables(width: 64, time: 300)
        return tables.cosine + tables.sine
      }
      let expected = (0..<2 * 300 * 32).map { index -> Double in
        let i = index % (300 * 32)
        let angle = Double(i / 32) * pow(10_000, -Double(2 * (i % 32)) / 64)
        return index == i ? cos(angle) : sin(angle)
      }
      expectClose(both, expected, within: 6.1e-8)
    }

    /// A head may have `rest` numbers more, which stay.
    @Test(
      "rotates pairs half a head apart, or neighbours, and back",
      arguments: [2, 6, 32, 34, 64, 256],
      [(1, 0, false), (3, 0, true), (3, 5, false), (3, 5, true)])
    func rotation(turned: Int, heads: (count: Int, rest: Int, areNeighbours: Bool)) {
      let (rows, width, areNeighbours) = (40, turned + heads.rest, heads.areNeighbours)
      let heads = heads.count
      let x = numbers(rows * heads * width, seed: 1)
      let positions = (0..<rows).map { Int32($0 * 7 % 50) }
      let (cosine, sine) = Self.tables(width: turned, time: 50)
      let rotated = { (x: [Float], isInverse: Bool) in
        onMemory(x, cosine, sine) { pointers in
          positions.withUnsafeBufferPointer {
            var job = ft_rope_job(
              x: pointers[0], positions: $0.baseAddress, cosine: pointers[1], sine: pointers[2],
              inverse: isInverse, interleaved: areNeighbours, rows: rows, heads: heads,
              head_width: width, turned_width: turned)
            ft_rope(&job)
          }
        }[0]
      }
      let there = sameOnEveryPath { rotated(x, false) }
      let half = turned / 2
      let expected = x.indices.map { i -> Double in
        let (row, d) = (i / (heads * width), i % width)
        guard d < turned else { return Double(x[i]) }
        let isFirst = areNeighbours ? d % 2 == 0 : d < half
        let distance = areNeighbours ? 1 : half
        let angle = Int(positions[row]) * half + (areNeighbours ? d / 2 : d % half)
        let other = Double(isFirst ? -x[i + distance] : x[i - distance])
        return Double(x[i]) * Double(cosine[angle]) + other * Double(sine[angle])
      }
      expectClose(there, expected, within: 3e-7)
      let back = sameOnEveryPath { rotated(there, true) }
      expectClose(back, wide(x), within: 6e-7)
    }
  }
}
