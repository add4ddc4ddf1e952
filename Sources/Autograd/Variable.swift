package import Tensors

/// A value that operations were recorded for, and its gradient once `backward` passed it.
package final class Variable {
  /// Whether anything below it is trained; if not, no gradient is made for it.
  package let needsGradient: Bool
  /// That of the loss, in the shape of the value; nil before the backward pass comes by, and after
  /// it has used it.
  package internal(set) var gradient: Tensor?
  private var kept: Tensor?
  /// The sizes of the value.
  package let shape: [Int]
  /// Computes the value again from what it was made of; nil where that is not kept.
  private let rebuild: (() -> Tensor)?

  /// Makes a variable; `rebuild` gives the bits of `value` from what is kept anyway.
  package init(_ value: Tensor, needsGradient: Bool, rebuild: (() -> Tensor)? = nil) {
    self.needsGradient = needsGradient
    self.rebuild = rebuild
    kept = value
    shape = value.shape
  }

  /// The value; computed again, and kept from then on, when its memory was given back.
  package var value: Tensor {
    if let kept { return kept }
    guard let rebuild else { preconditionFailure("a value of shape \(shape) that nobody keeps") }
    let value = rebuild()
    kept = value
    return value
  }

  /// Gives the value's memory back until the backward pass asks for it, where it can be computed
  /// again at little cost: the last forward use is over.
  package func release() {
    if rebuild != nil { kept = nil }
  }

  /// Gives the value's memory back for good: the caller knows that nobody reads it again, the
  /// backward pass of what made it and of what read it included.
  package func discard() { kept = nil }
}
