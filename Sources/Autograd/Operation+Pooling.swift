import Tensors

/// What one vector is made of many rows by.
package enum RowPool: Hashable, Sendable {
  /// Σ weight · row / divisor.
  case sum(of: Range<Int>, weights: [Double], divisor: Double)
  /// The largest of each column, the first row's of equals.
  case largest(of: Range<Int>)
}

extension Tape {
  /// Pools rows of `x`, `[M, C]`: for each text a row of its pools' vectors, one after the other.
  ///
  /// Each sum is one chain in double on the host: it is a small part of a model's work. Keeps `x`.
  package func pooled(_ x: Variable, _ texts: [[RowPool]]) -> Variable {
    let columns = x.value.columns
    var pooled: [Float] = []
    device.withHostElements(of: x.value) { elements in
      for pool in texts.joined() {
        switch pool {
        case .sum(let rows, let weights, let divisor):
          var sums = [Double](repeating: 0, count: columns)
          for (row, weight) in zip(rows, weights) {
            for c in 0..<columns { sums[c] += weight * Double(elements[row * columns + c]) }
          }
          pooled += sums.map { Float($0 / divisor) }
        case .largest(let rows):
          for c in 0..<columns {
            pooled.append(rows.map { elements[$0 * columns + c] }.max() ?? 0)
          }
        }
      }
    }
    let width = columns * (texts.first?.count ?? 0)
    let result = variable(tensor(of: pooled, [texts.count, width]), needsGradient: x.needsGradient)
    let work = Work(floats: 2 * x.value.count)
    record(result, OperationCost("pooling", forward: work, backward: work)) { [self] dy in
      give(gradient(of: x, pools: texts.flatMap(\.self), dy), to: x)
    }
    return result
  }

  /// What the gradients of pools, which lie one after the other in `dy`, come to for the rows of `x`.
  private func gradient(of x: Variable, pools: [RowPool], _ dy: Tensor) -> [Float] {
    let columns = x.value.columns
    var gradient = [Float](repeating: 0, count: x.value.count)
    device.withHostElements(of: x.value) { elements in
      device.withHostElements(of: dy) { dy in
        for (place, pool) in pools.enumerated() {
          let start = place * columns
          switch pool {
          case .sum(let rows, let weights, let divisor):
            for (row, weight) in zip(rows, weights) {
              let share = Float(weight / divisor)
              for c in 0..<columns { gradient[row * columns + c] += share * dy[start + c] }
            }
          case .largest(let rows):
            for c in 0..<columns {
              let values = rows.map { elements[$0 * columns + c] }
              let largest = values.max()
              guard let row = zip(rows, values).first(where: { $1 == largest })?.0 else { continue }
              gradient[row * columns + c] += dy[start + c]
            }
          }
        }
      }
    }
    return gradient
  }

  /// The rows of `x`, `[M, C]`, each divided by its length; one of zeros stays as it is.
  ///
  /// Lengths are in double, on the host. Keeps `x`.
  package func unitRows(of x: Variable) -> Variable {
    let (rows, lengths) = (x.value.eachRow, x.value.lengths)
    let units = zip(rows, lengths).flatMap { row, length in row.map { Float(Double($0) / length) } }
    let result = variable(tensor(of: units, x.shape), needsGradient: x.needsGradient)
    let work = Work(floats: 4 * x.value.count)
    record(result, OperationCost("unit length", forward: work, backward: work)) { [self] dy in
      var gradient: [Float] = []
      for ((row, length), slope) in zip(zip(rows, lengths), dy.eachRow) {
        let along = zip(row, slope).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } / length
        gradient += zip(row, slope).map {
          Float((Double($1) - along * Double($0) / length) / length)
        }
      }
      give(gradient, to: x)
    }
    return result
  }
}

extension Tensor {
  /// The length of each row, at least 10⁻¹², as PyTorch has it.
  fileprivate var lengths: [Double] {
    eachRow.map { row in
      max(row.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot(), 1e-12)
    }
  }
}
