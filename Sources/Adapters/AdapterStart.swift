import Autograd
import Checkpoints
import Mathematics
import Models
import Tensors

/// What an adapter's matrices held when they began was taken out of the base, so that nothing changed
/// at first. peft saves the matrices alone and works the base out again when it reads them; so does
/// this.
extension AdapterConfig.Start {
  /// What the start is called in files.
  var name: String {
    switch self {
    case .plain: "plain"
    case .largestParts: "pissa"
    case .orthogonalFactor: "olora"
    }
  }

  /// What was taken, as it is added: the first matrices' product, times -`scale`; nil where peft itself
  /// has none.
  func taken(from linear: Linear, rank: Int, scale: Float) -> Tensor? {
    let weight = linear.weight.ownWeights.tensor
    let (rows, columns) = (weight.rows, weight.columns)
    guard rank <= min(rows, columns) else { return nil }
    let matrix = weight.values.map(Double.init)
    switch self {
    case .plain: return nil
    case .largestParts:
      // The scale was divided out of the singular values: the product is theirs, whatever it is.
      let isWide = columns >= rows
      let vectors = SymmetricMatrix(
        productOf: matrix, rows: rows, columns: columns, isOfRows: isWide
      ).largestEigenvectors(rank)
      let part =
        isWide
        ? Self.projected(matrix, rows, columns, onto: vectors)
        : Self.turned(
          Self.projected(
            Self.turned(matrix, rows, columns), columns, rows, onto: vectors), columns, rows)
      return Tensor(part.map { Float(-$0) }, shape: weight.shape, on: weight.device)
    case .orthogonalFactor:
      // peft decomposes turned matrices as files have them, and its own layers then do not fit.
      guard !linear.isTurnedInFiles else { return nil }
      let vectors = Self.orthogonal(
        (0..<rank).map { column in
          (0..<rows).map { matrix[$0 * columns + column] }
        })
      let part = Self.projected(matrix, rows, columns, onto: vectors)
      return Tensor(
        part.map { Float(-Double(scale) * $0) }, shape: weight.shape, on: weight.device)
    }
  }

  /// `Σ v · (vᵀ · M)` of orthonormal vectors, each as long as M has rows.
  private static func projected(
    _ matrix: [Double], _ rows: Int, _ columns: Int, onto vectors: [[Double]]
  ) -> [Double] {
    var part = [Double](repeating: 0, count: rows * columns)
    for vector in vectors {
      var product = [Double](repeating: 0, count: columns)
      for row in 0..<rows {
        for column in 0..<columns {
          product[column] += vector[row] * matrix[row * columns + column]
        }
      }
      for row in 0..<rows {
        for column in 0..<columns { part[row * columns + column] += vector[row] * product[column] }
      }
    }
    return part
  }

  /// Vectors made orthogonal to those before them, and of length 1; twice, against rounding.
  private static func orthogonal(_ vectors: [[Double]]) -> [[Double]] {
    var basis: [[Double]] = []
    for vector in vectors {
      var rest = vector
      for _ in 0..<2 {
        for earlier in basis {
          let share = zip(earlier, rest).reduce(0) { $0 + $1.0 * $1.1 }
          rest = zip(rest, earlier).map { $0 - share * $1 }
        }
      }
      let length = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      basis.append(length > 0 ? rest.map { $0 / length } : rest)
    }
    return basis
  }

  private static func turned(_ matrix: [Double], _ rows: Int, _ columns: Int) -> [Double] {
    var turned = [Double](repeating: 0, count: matrix.count)
    for row in 0..<rows {
      for column in 0..<columns { turned[column * rows + row] = matrix[row * columns + column] }
    }
    return turned
  }
}
