import CKernels
import Testing

extension Kernels {
  @Suite struct WeightedRowTests {
    /// Rows, channels.
    static let shapes = [(0, 4), (1, 1), (3, 15), (7, 16), (20, 33), (5, 5000)]

    /// Every third row of a table, from the last back.
    static func indices(_ rows: Int) -> [Int32] { (0..<rows).map { Int32(3 * (rows - 1 - $0)) } }
    /// Where the numbers of rows stand among twice as many.
    static func places(_ rows: Int) -> [Int32] { (0..<rows).map { Int32(2 * rows - 1 - 2 * $0) } }

    @Test("rows are added where they belong, each times its weight", arguments: shapes)
    func scatters(rows: Int, channels: Int) {
      let (x, weights) = (numbers(rows * channels, seed: 1), numbers(2 * rows, seed: 2))
      let places = Self.places(rows)
      let (before, indices) = (numbers(3 * rows * channels, seed: 3), Self.indices(rows))
      let sums = sameOnEveryPath {
        var sums = before
        ft_scatter_add_weighted(&sums, x, indices, weights, places, rows, channels)
        return sums
      }
      var expected = before
      for row in 0..<rows {
        for c in 0..<channels {
          let place = Int(indices[row]) * channels + c
          expected[place] = expected[place].addingProduct(
            weights[Int(places[row])], x[row * channels + c])
        }
      }
      #expect(sums == expected)
    }

    @Test("rows are gathered, each times its weight", arguments: shapes)
    func gathers(rows: Int, channels: Int) {
      let (x, weights) = (numbers(3 * rows * channels, seed: 1), numbers(rows, seed: 2))
      let indices = Self.indices(rows)
      let gathered = sameOnEveryPath {
        var out = [Float](repeating: .nan, count: rows * channels)
        ft_gather_weighted(&out, x, indices, weights, nil, rows, channels)
        return out
      }
      #expect(
        gathered
          == (0..<rows * channels).map {
            weights[$0 / channels] * x[Int(indices[$0 / channels]) * channels + $0 % channels]
          })
    }

    @Test("products of rows are added where they belong", arguments: shapes)
    func products(rows: Int, channels: Int) {
      let (x, y) = (numbers(3 * rows * channels, seed: 1), numbers(rows * channels, seed: 2))
      let (indices, places) = (Self.indices(rows), Self.places(rows))
      let products = sameOnEveryPath {
        var sums = [Float](repeating: 1, count: 2 * rows)
        ft_add_row_products(&sums, places, x, indices, y, rows, channels)
        return sums
      }
      for row in 0..<rows {
        let sum = (0..<channels).reduce(1.0) {
          $0 + Double(x[Int(indices[row]) * channels + $1]) * Double(y[row * channels + $1])
        }
        #expect(abs(Double(products[Int(places[row])]) - sum) < 1e-6 * Double(channels + 10))
        #expect(products[Int(places[row]) - 1] == 1)
      }
    }
  }
}
