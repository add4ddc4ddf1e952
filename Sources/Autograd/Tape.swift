package import Tensors

/// A value that operations were recorded for, and its gradient once `backward` passed it.
package final class Variable {
  package let value: Tensor
  /// Whether anything below it is trained; if not, no gradient is made for it.
  package let needsGradient: Bool
  fileprivate(set) package var gradient: Tensor?

  package init(_ value: Tensor, needsGradient: Bool) {
    self.value = value
    self.needsGradient = needsGradient
  }
}

/// The operations of a forward pass, kept so that their gradients can be computed in reverse.
///
/// Each operation is one file, `Operation+….swift`, with its forward and backward side by side.
/// The tape owns the arena of the step: what an operation keeps goes back to it as soon as its
/// backward pass is done, so the second step allocates nothing.
package final class Tape {
  package let arena: Arena
  /// Whether a backward pass will follow; evaluation and generation record nothing.
  package let isRecording: Bool
  /// Where operations tell their time; nil when nobody measures.
  package var profile: OperationProfile?
  private var operations: [() -> Void] = []

  package init(arena: Arena, isRecording: Bool) {
    self.arena = arena
    self.isRecording = isRecording
  }

  /// Makes an activation's tensor, values undefined.
  func tensor(_ shape: [Int]) -> Tensor { Tensor(uninitialized: shape, in: arena) }

  /// Makes the variable an operation returns.
  func variable(_ value: Tensor, needsGradient: Bool) -> Variable {
    Variable(value, needsGradient: isRecording && needsGradient)
  }

  /// Keeps the backward pass of an operation whose `output` needs a gradient.
  ///
  /// `backward` gets the gradient of the output, which it may reuse: nobody reads it later. It is
  /// not called when nothing above asked for the output. `cost` is asked for only when the tape has
  /// a profile.
  func record(
    _ output: Variable, _ cost: @autoclosure () -> OperationCost,
    backward: @escaping (Tensor) -> Void
  ) {
    let measured = profile.map { _ in cost() }
    if let profile, let measured { profile.ended(measured.name, .forward, measured.forward) }
    guard output.needsGradient else { return }
    operations.append { [output, profile] in
      guard let gradient = output.gradient else { return }
      output.gradient = nil
      backward(gradient)
      if let profile, let measured { profile.ended(measured.name, .backward, measured.backward) }
    }
  }

  /// Runs the recorded operations in reverse order, each once, and forgets them.
  package func backward() {
    while let operation = operations.popLast() { operation() }
  }

  // MARK: Giving gradients to the operations below

  /// Adds `gradient` to that of `variable`; the first comer's memory is taken over.
  package func give(_ gradient: Tensor, to variable: Variable) {
    guard variable.needsGradient else { return }
    if let present = variable.gradient {
      present.add(gradient)
    } else {
      variable.gradient = gradient
    }
  }

  /// Calls `write` with the tensor to put the gradient of `variable` into, and whether to add to
  /// what it holds (true) or to overwrite undefined values (false).
  func gather(_ variable: Variable, _ write: (_ gradient: Tensor, _ accumulate: Bool) -> Void) {
    guard variable.needsGradient else { return }
    if let present = variable.gradient {
      write(present, true)
    } else {
      let fresh = tensor(variable.value.shape)
      write(fresh, false)
      variable.gradient = fresh
    }
  }

  /// As ``gather(_:_:)`` for kernels that can only add: fresh memory is zeroed first.
  func accumulate(_ variable: Variable, _ add: (_ gradient: Tensor) -> Void) {
    gather(variable) { gradient, accumulate in
      if !accumulate { gradient.fill(0) }
      add(gradient)
    }
  }
}
