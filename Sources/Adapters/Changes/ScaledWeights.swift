import Autograd
import Tensors

/// A layer's weights, each output's or each input's multiplied by a learned factor: (IA)³.
///
/// Source: Liu et al. 2022, arXiv:2205.05638, section 3.3.
final class ScaledWeights: WeightChange {
  let parts: [Parameter]
  /// Whether the factors are those of columns: of a matrix's inputs, or of a bias.
  private let ofColumns: Bool

  /// `factors` has a number for each column of the weights, or for each row.
  init(_ factors: Parameter, ofColumns: Bool) {
    parts = [factors]
    self.ofColumns = ofColumns
  }

  func changed(_ own: Weights) -> Weights {
    let weights = own.tensor.copy()
    if ofColumns {
      weights.device.scaleColumns(weights, weights, by: factors)
    } else {
      weights.scaleRows(by: factors.values)
    }
    return .dense(weights)
  }

  func backward(_ gradient: Tensor, own: Weights) {
    guard let sums = parts[0].gradient() else { return }
    let device = sums.device
    if ofColumns {
      device.addColumnProducts(sums, gradient, own.tensor)
    } else {
      device.addColumnProducts(sums, gradient.turned, own.tensor.turned)
    }
  }

  private var factors: Tensor { parts[0].value }
}
