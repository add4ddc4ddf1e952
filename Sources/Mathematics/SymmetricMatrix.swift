/// A symmetric matrix in double, for its eigenvectors.
///
/// Reduced to three diagonals by reflections, and those to one by rotations: about 10 n³ operations.
///
/// Source: Golub and Van Loan, Matrix Computations, 4th edition, sections 8.3.1 and 8.3.3.
package struct SymmetricMatrix {
  private let size: Int
  /// Row after row.
  private var elements: [Double]

  /// M · Mᵀ of a matrix whose rows lie one after the other, or Mᵀ · M.
  package init(productOf matrix: [Double], rows: Int, columns: Int, isOfRows: Bool) {
    precondition(matrix.count == rows * columns, "\(matrix.count) for \(rows) x \(columns)")
    size = isOfRows ? rows : columns
    elements = [Double](repeating: 0, count: size * size)
    if isOfRows {
      for i in 0..<rows {
        for j in 0...i {
          var sum = 0.0
          for k in 0..<columns { sum += matrix[i * columns + k] * matrix[j * columns + k] }
          elements[i * size + j] = sum
          elements[j * size + i] = sum
        }
      }
    } else {
      for row in 0..<rows {
        for i in 0..<columns {
          let factor = matrix[row * columns + i]
          for j in 0..<columns { elements[i * size + j] += factor * matrix[row * columns + j] }
        }
      }
    }
  }

  /// The eigenvectors of the largest eigenvalues, the largest first, each of length 1.
  package func largestEigenvectors(_ count: Int) -> [[Double]] {
    precondition(count <= size, "\(count) eigenvectors of \(size)")
    var reduced = Tridiagonal(self)
    reduced.diagonalize()
    let order = reduced.diagonal.indices.sorted { reduced.diagonal[$0] > reduced.diagonal[$1] }
    return order.prefix(count).map { Array(reduced.vectors[$0 * size..<($0 + 1) * size]) }
  }

  /// A matrix of three diagonals that is like the given one, and what turns it into that.
  private struct Tridiagonal {
    let size: Int
    var diagonal: [Double]
    /// Below the diagonal; the last is not used.
    var side: [Double]
    /// Of the turning matrix, a column after the other.
    var vectors: [Double]

    /// Reflects one column after the other onto its first element below the diagonal.
    init(_ matrix: SymmetricMatrix) {
      let size = matrix.size
      self.size = size
      var a = matrix.elements
      vectors = [Double](repeating: 0, count: size * size)
      for i in 0..<size { vectors[i * size + i] = 1 }
      for k in 0..<max(0, size - 2) {
        let length = (k + 1..<size).reduce(0) { $0 + a[$1 * size + k] * a[$1 * size + k] }
          .squareRoot()
        guard length > 0 else { continue }
        var v = [Double](repeating: 0, count: size)
        for i in k + 1..<size { v[i] = a[i * size + k] }
        v[k + 1] += v[k + 1] < 0 ? -length : length
        let norm = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for i in k + 1..<size { v[i] /= norm }
        Self.reflect(&a, v, from: k, size)
        // The columns of the product so far, reflected as well.
        var product = [Double](repeating: 0, count: size)
        for j in k + 1..<size {
          for i in 0..<size { product[i] += v[j] * vectors[j * size + i] }
        }
        for j in k + 1..<size {
          for i in 0..<size { vectors[j * size + i] -= 2 * v[j] * product[i] }
        }
      }
      diagonal = (0..<size).map { a[$0 * size + $0] }
      side = (0..<size).map { $0 + 1 < size ? a[($0 + 1) * size + $0] : 0 }
    }

    /// A becomes (I - 2·v·vᵀ) · A · (I - 2·v·vᵀ); v is zero up to `k`.
    private static func reflect(_ a: inout [Double], _ v: [Double], from k: Int, _ size: Int) {
      var q = [Double](repeating: 0, count: size)
      for i in k..<size {
        var sum = 0.0
        for j in k + 1..<size { sum += a[i * size + j] * v[j] }
        q[i] = sum
      }
      let share = (k + 1..<size).reduce(0) { $0 + v[$1] * q[$1] }
      for i in k..<size { q[i] -= share * v[i] }
      for i in k..<size {
        for j in k..<size { a[i * size + j] -= 2 * (v[i] * q[j] + q[i] * v[j]) }
      }
    }

    /// Rotates what is beside the diagonal away, from the top on, the shift being the eigenvalue of
    /// the corner that is nearer.
    mutating func diagonalize() {
      for start in 0..<size {
        // A few rounds are enough for each; the bound is for matrices that hold no numbers.
        for _ in 0..<100 {
          let end = firstNegligible(from: start)
          if end == start { break }
          chase(from: start, to: end)
        }
      }
    }

    /// The first place from `start` on where the element beside the diagonal counts for nothing.
    private func firstNegligible(from start: Int) -> Int {
      var place = start
      while place + 1 < size {
        let scale = abs(diagonal[place]) + abs(diagonal[place + 1])
        if abs(side[place]) <= Double.ulpOfOne * scale { break }
        place += 1
      }
      return place
    }

    /// One round of rotations, from the bottom of a part to its top.
    private mutating func chase(from start: Int, to end: Int) {
      let half = (diagonal[start + 1] - diagonal[start]) / (2 * side[start])
      let root = (half * half + 1).squareRoot()
      var bulge = diagonal[end] - diagonal[start] + side[start] / (half + (half < 0 ? -root : root))
      var (sine, cosine, moved) = (1.0, 1.0, 0.0)
      for i in stride(from: end - 1, through: start, by: -1) {
        let (f, b) = (sine * side[i], cosine * side[i])
        let length = (f * f + bulge * bulge).squareRoot()
        side[i + 1] = length
        guard length > 0 else {
          diagonal[i + 1] -= moved
          side[end] = 0
          return
        }
        (sine, cosine) = (f / length, bulge / length)
        let rest = diagonal[i + 1] - moved
        let turned = (diagonal[i] - rest) * sine + 2 * cosine * b
        moved = sine * turned
        diagonal[i + 1] = rest + moved
        bulge = cosine * turned - b
        rotate(i, sine, cosine)
      }
      diagonal[start] -= moved
      side[start] = bulge
      side[end] = 0
    }

    /// Rotates two neighbouring columns of the turning matrix.
    private mutating func rotate(_ i: Int, _ sine: Double, _ cosine: Double) {
      for k in 0..<size {
        let (one, other) = (vectors[i * size + k], vectors[(i + 1) * size + k])
        vectors[(i + 1) * size + k] = sine * one + cosine * other
        vectors[i * size + k] = cosine * one - sine * other
      }
    }
  }
}
