import Autograd
package import Models
import Tensors

/// The arithmetic of a training, in floating-point operations: a multiply-add counts as two.
package struct WorkEstimate: Sendable {
  /// Forward passes alone.
  package let forward: Double
  /// Forward and backward, and the second forward pass where blocks are recomputed.
  package let total: Double

  /// Counts the products of matrices and attention's; what is done an element at a time is left
  /// out, being hundreds of times less.
  package init(model: Transformer, plan: TrainingPlan, of work: StepSchedule.Totals) {
    let blueprint = model.blueprint
    let weights = model.linears.reduce(0) { $0 + $1.tokenShare * Double($1.weight.count) }
    let reading = blueprint.readingLinears.reduce(0) { $0 + Double($1.weight.count) }
    let trained = TrainedNumbers(model: model, method: plan.method)
    let products = 2 * (work.tokens * (weights - reading) + work.read * reading)
    // An adapter is beside the layers of both halves alike.
    let adapter = products / max(1, weights) * trained.adapterCountOfToken
    let head = 2 * work.trained * Double(blueprint.head.weight.count)
    let attention =
      4 * work.attended * Double(blueprint.layers.attentionWidth)
      + 4 * work.attendedReading * Double(blueprint.reader?.layers.attentionWidth ?? 0)
    forward = products + adapter + head + attention
    // Each product has two gradients; a frozen matrix wants only that of its input.
    let isFull = plan.method == .full
    let backward = (isFull ? 2 : 1) * (products + head) + 2 * adapter + 2.5 * attention
    let again = plan.recomputes ? products + adapter + attention : 0
    total = forward + backward + again
  }
}

extension [LayerPlan] {
  /// The queries' widths, of all layers together.
  fileprivate var attentionWidth: Int { reduce(0) { $0 + ($1.attention?.queryWidth ?? 0) } }
}
