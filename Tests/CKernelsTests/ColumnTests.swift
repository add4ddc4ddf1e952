import CKernels
import Testing

extension Kernels {
  @Suite struct ColumnTests {
    static let shapes = [(0, 5), (1, 1), (3, 15), (17, 16), (40, 33), (9, 1000)]

    @Test("each column is scaled by its factor", arguments: shapes)
    func scales(rows: Int, columns: Int) {
      let (x, factors) = (numbers(rows * columns, seed: 1), numbers(columns, seed: 2))
      let scaled = sameOnEveryPath {
        var out = x
        // In place, as the forward pass does it.
        out.withUnsafeMutableBufferPointer {
          ft_scale_columns($0.baseAddress, $0.baseAddress, factors, rows, columns)
        }
        return out
      }
      #expect(scaled == x.indices.map { x[$0] * factors[$0 % columns] })
    }

    /// Rows of columns, then start, width and stride of the blocks, and how many there are.
    static let blocks = [
      (0, 8, 0, 4, 4, 2), (1, 7, 3, 2, 2, 2), (5, 12, 2, 2, 6, 2), (40, 99, 33, 33, 33, 1),
      (9, 1000, 8, 16, 48, 20),
    ]

    @Test("a part is taken, and added where it was", arguments: blocks)
    func parts(rows: Int, columns: Int, start: Int, width: Int, stride: Int, count: Int) {
      let blocks = ft_column_blocks(start: start, width: width, stride: stride)
      let (x, before) = (numbers(rows * columns, seed: 1), numbers(rows * columns, seed: 2))
      let part = sameOnEveryPath {
        var part = [Float](repeating: .nan, count: rows * width * count)
        ft_take_columns(&part, x, rows, width * count, columns, blocks)
        return part
      }
      let places = (0..<rows * width * count).map { i in
        let (row, column) = (i / (width * count), i % (width * count))
        return row * columns + start + column / width * stride + column % width
      }
      #expect(part == places.map { x[$0] })
      let sums = sameOnEveryPath {
        var sums = before
        ft_add_columns(&sums, part, rows, width * count, columns, blocks)
        return sums
      }
      var expected = before
      for (i, place) in places.enumerated() { expected[place] += part[i] }
      #expect(sums == expected)
    }

    @Test("products are added up column by column, in the order of rows", arguments: shapes)
    func products(rows: Int, columns: Int) {
      let (a, b) = (numbers(rows * columns, seed: 1), numbers(rows * columns, seed: 2))
      let before = numbers(columns, seed: 3)
      let sums = sameOnEveryPath {
        var sums = before
        ft_column_products(&sums, a, b, rows, columns)
        return sums
      }
      var expected = before
      for i in a.indices { expected[i % columns].addProduct(a[i], b[i]) }
      #expect(sums == expected)
    }

    @Test("inverse norms are those of double; a row of zeros has 0", arguments: shapes)
    func norms(rows: Int, columns: Int) {
      var x = numbers(rows * columns, seed: 1)
      if rows > 2 { for i in columns..<2 * columns { x[i] = 0 } }
      let norms = sameOnEveryPath {
        var out = [Float](repeating: .nan, count: rows)
        ft_inverse_row_norms(&out, x, rows, columns)
        return out
      }
      let expected = (0..<rows).map { row in
        let sum = (0..<columns).reduce(0) {
          $0 + Double(x[row * columns + $1]) * Double(x[row * columns + $1])
        }
        return sum == 0 ? 0 : 1 / sum.squareRoot()
      }
      expectClose(norms, expected, within: 2e-6)
    }
  }
}
