package import Tensors

/// Numbers that take the place of a parameter's own, and follow from others: what an adapter makes
/// of a frozen tensor, where adding to a layer's output is not all that it does.
///
/// The changed numbers are worked out when they are asked for, and kept until one of ``parts``
/// changes. Their gradient is handed on to the parts once a step, when it is whole, so that it does
/// not depend on how the step was cut into micro-batches.
package protocol WeightChange: AnyObject {
  /// What the numbers follow from, beside the parameter's own.
  var parts: [Parameter] { get }

  /// Returns the changed numbers, of the shape of `own`, the parameter's.
  func changed(_ own: Weights) -> Weights

  /// Adds to the gradients of the parts what follows from that of the changed numbers.
  func backward(_ gradient: Tensor, own: Weights)
}
