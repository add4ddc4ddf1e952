import Autograd
import Tensors

/// Numbers in the place of a tensor's own: a module that is trained whole.
final class ReplacedWeights: WeightChange {
  let parts: [Parameter]

  /// `part` is of the tensor's shape in memory.
  init(_ part: Parameter) { parts = [part] }

  func changed(_ own: Weights) -> Weights { parts[0].weights }

  func backward(_ gradient: Tensor, own: Weights) { parts[0].gradient()?.add(gradient) }
}

/// Rows of their own in the place of some of a table's: the vectors of single tokens.
final class ReplacedRows: WeightChange {
  let parts: [Parameter]
  private let rows: [Int]

  /// `part` has a row for each of `rows`, which are different ones.
  init(_ part: Parameter, rows: [Int]) {
    parts = [part]
    self.rows = rows
  }

  func changed(_ own: Weights) -> Weights {
    let table = own.tensor.copy()
    for (place, row) in rows.enumerated() {
      table.rows(row..<row + 1).assign(parts[0].value.rows(place..<place + 1))
    }
    return .dense(table)
  }

  func backward(_ gradient: Tensor, own: Weights) {
    guard let sums = parts[0].gradient() else { return }
    for (place, row) in rows.enumerated() {
      sums.rows(place..<place + 1).add(gradient.rows(row..<row + 1))
    }
  }
}
