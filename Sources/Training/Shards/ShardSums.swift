import Autograd
import Tensors

/// The gradients of finished shards, added in the order of the shards.
///
/// Costs one more gradient buffer, and only when there is more than one shard.
struct ShardSums {
  private let parameters: [Parameter]
  private var sums: [Tensor] = []

  init(_ parameters: [Parameter]) { self.parameters = parameters }

  /// Adds the gradient of the shard just computed, and leaves the parameters' own at zero.
  mutating func takeGradients() {
    let gradients = parameters.compactMap { $0.collectGradient() }
    if sums.isEmpty {
      sums = gradients.map { $0.copy() }
    } else {
      for (sum, gradient) in zip(sums, gradients) { sum.add(gradient) }
    }
    for parameter in parameters { parameter.clearGradient() }
  }

  /// Puts the sums where the optimizer looks for gradients.
  func giveBack() {
    for (parameter, sum) in zip(parameters, sums) { parameter.collectGradient()?.assign(sum) }
  }
}
