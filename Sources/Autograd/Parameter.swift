package import Tensors

/// A named tensor that a model learns, with what its gradient is gathered in.
///
/// A parameter may be used twice in a model (an embedding tied to the output head). Each use
/// gathers into a tensor of its own, and ``collectGradient()`` joins them once a step: were they
/// mixed, the order of additions, and so the bits, would depend on how the step was cut into
/// micro-batches.
package final class Parameter: @unchecked Sendable {
  /// The name in model files, such as `model.layers.0.mlp.up_proj.weight`.
  package let name: String
  package let value: Tensor
  /// Whether training changes it; when false no gradient is computed.
  package var isTrainable = false
  private var gradients: [Use: Tensor] = [:]

  /// Which use of the parameter a gradient comes from.
  package enum Use: Int, Sendable {
    case first
    case outputHead
  }

  package init(name: String, value: Tensor) {
    self.name = name
    self.value = value
  }

  /// Returns where the gradient of `use` is added up, zeros at first; nil when frozen.
  package func gradient(for use: Use = .first) -> Tensor? {
    guard isTrainable else { return nil }
    if let gradient = gradients[use] { return gradient }
    let gradient = Tensor(zeros: value.shape)
    gradients[use] = gradient
    return gradient
  }

  /// Adds up the gradients of all uses, in the order of ``Use``, and returns the sum.
  package func collectGradient() -> Tensor? {
    guard isTrainable, let head = gradients[.outputHead] else { return gradient() }
    // A head of its own has this one use, and no second gradient is made for it.
    guard let gradient = gradients[.first] else { return head }
    gradient.add(head)
    head.fill(0)
    return gradient
  }

  /// Sets the gradient to zero, keeping its memory.
  package func clearGradient() {
    for gradient in gradients.values { gradient.fill(0) }
  }

  /// The floats that gradients take now.
  package var gradientCount: Int { gradients.values.reduce(0) { $0 + $1.count } }

  /// Gives the gradient's memory back: after training.
  package func releaseGradient() { gradients = [:] }
}
