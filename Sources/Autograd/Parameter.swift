package import Tensors

/// A named tensor that a model learns, with what its gradient is gathered in.
///
/// While it is frozen its weights may be packed, and in fewer bits; to be trained they have to be
/// a tensor.
///
/// A parameter may be used twice in a model (an embedding tied to the output head). Each use
/// gathers into a tensor of its own, and ``collectGradient()`` joins them once a step: were they
/// mixed, the order of additions, and so the bits, would depend on how the step was cut into
/// micro-batches.
package final class Parameter: @unchecked Sendable {
  /// The name in model files, such as `model.layers.0.mlp.up_proj.weight`.
  package let name: String
  /// The numbers, or what they are packed into.
  package private(set) var weights: Weights
  /// The sizes of the weights, `[O, C]` of a matrix; other weights keep them.
  package let shape: [Int]
  /// Whether training changes it; when false no gradient is computed.
  package var isTrainable = false
  /// How often ``noteChange()`` was called: what is derived from the value is old when it differs.
  package private(set) var version = 0
  private var gradients: [Use: Tensor] = [:]

  /// Which use of the parameter a gradient comes from.
  package enum Use: Int, Sendable {
    case first
    case outputHead
  }

  /// Makes a parameter whose weights are a tensor, so that it can be trained.
  package convenience init(name: String, value: Tensor) {
    self.init(name: name, weights: .dense(value))
  }

  /// Makes a parameter of any weights, frozen until ``isTrainable`` is set.
  package init(name: String, weights: Weights) {
    self.name = name
    self.weights = weights
    shape = weights.shape
  }

  /// The tensor; the caller knows that the weights are not packed.
  package var value: Tensor {
    guard case .dense(let tensor) = weights else {
      preconditionFailure("\(name) is packed; it has to be thawed first")
    }
    return tensor
  }

  /// How many numbers there are.
  package var count: Int { shape.reduce(1, *) }

  /// Puts other weights of the same shape in the place of these.
  package func replace(by weights: Weights) {
    precondition(weights.shape == shape, "\(weights.shape) for \(name), \(shape)")
    self.weights = weights
    noteChange()
  }

  /// Says that the value was changed, so that what was derived from it is worked out anew.
  package func noteChange() { version += 1 }

  /// Returns where the gradient of `use` is added up, zeros at first; nil when frozen.
  package func gradient(for use: Use = .first) -> Tensor? {
    guard isTrainable else { return nil }
    if let gradient = gradients[use] { return gradient }
    let gradient = Tensor(zeros: shape, on: weights.device)
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
