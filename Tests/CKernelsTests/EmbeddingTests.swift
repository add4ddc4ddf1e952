import CKernels
import Testing

extension Kernels {
  @Suite struct EmbeddingTests {
    @Test(
      "reads rows, and sums gradients over ascending rows", arguments: [1, 15, 16, 17, 100, 1000])
    func embedding(channels: Int) {
      let (table, dout) = (numbers(5 * channels, seed: 1), numbers(9 * channels, seed: 2))
      let ids: [Int32] = [4, 0, 3, 3, 0, 1, 3, 4, 0]
      let out = sameOnEveryPath {
        var out = [Float](repeating: .nan, count: 9 * channels)
        ft_gather_rows(&out, table, ids, 9, channels)
        return out
      }
      #expect(out == out.indices.map { table[Int(ids[$0 / channels]) * channels + $0 % channels] })
      let gradient = sameOnEveryPath {
        var gradient = table
        ft_embedding_backward(&gradient, dout, ids, 9, channels)
        return gradient
      }
      var expected = table
      for i in dout.indices {
        expected[Int(ids[i / channels]) * channels + i % channels] += dout[i]
      }
      #expect(gradient == expected)
    }

    @Test("gathers and scatters rows", arguments: [1, 16, 33, 1000])
    func rows(channels: Int) {
      let x = numbers(12 * channels, seed: 1)
      let indices: [Int32] = [11, 2, 5, 0, 7]
      let gathered = sameOnEveryPath {
        var out = [Float](repeating: .nan, count: 5 * channels)
        ft_gather_rows(&out, x, indices, 5, channels)
        return out
      }
      let scattered = sameOnEveryPath {
        var out = x
        ft_scatter_add_rows(&out, gathered, indices, 5, channels)
        return out
      }
      #expect(
        scattered == x.indices.map { indices.contains(Int32($0 / channels)) ? x[$0] * 2 : x[$0] })
    }
  }
}
