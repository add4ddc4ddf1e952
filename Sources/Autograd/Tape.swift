package import Tensors

/// The operations of a forward pass, kept so that their gradients can be computed in reverse.
///
/// Each operation is one file, `Operation+….swift`, with its forward and backward side by side.
/// What an operation keeps goes back to the arena as soon as its backward pass is done.
package final class Tape {
  /// Where activations and their gradients get their memory.
  package let arena: Arena
  /// Whether a backward pass will follow; evaluation and generation record nothing.
  package let isRecording: Bool
  /// Whether ``checkpoint(_:_:)`` keeps only the input of its block.
  let recomputes: Bool
  /// What rows become for products by frozen weights of few bits; always themselves when recording.
  package let activations: ActivationFormat
  /// Where operations tell their time; nil when nobody measures.
  package var profile: OperationProfile?
  private var operations: [() -> Void] = []
  /// Which use of parameters is recorded, or gone through backward.
  private var use = Parameter.Use.first

  /// Makes an empty tape; with `recomputes`, checkpointed blocks run again in the backward pass
  /// rather than keep their activations.
  package init(
    arena: Arena, isRecording: Bool, recomputes: Bool = false,
    activations: ActivationFormat = .float
  ) {
    self.arena = arena
    self.isRecording = isRecording
    self.activations = isRecording ? .float : activations
    self.recomputes = recomputes
  }

  /// What computes the operations: where the arena's memory is.
  var device: any Device { arena.device }

  /// Makes an activation's tensor, values undefined.
  func tensor(_ shape: [Int]) -> Tensor { Tensor(uninitialized: shape, in: arena) }

  /// Makes an activation's tensor of values that the host worked out.
  func tensor(of values: [Float], _ shape: [Int]) -> Tensor {
    let tensor = tensor(shape)
    device.withMutableHostElements(of: tensor) { elements in _ = elements.update(from: values) }
    return tensor
  }

  /// Makes the variable an operation returns; `rebuild` computes its value again, where that is
  /// cheap.
  func variable(
    _ value: Tensor, needsGradient: Bool, rebuild: (() -> Tensor)? = nil
  ) -> Variable {
    Variable(
      value, needsGradient: isRecording && needsGradient, rebuild: isRecording ? rebuild : nil)
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
    operations.append { [self, output, profile, use] in
      guard let gradient = output.gradient else { return }
      output.gradient = nil
      // Whoever read the value has done its backward pass.
      output.release()
      using(use) { backward(gradient) }
      if let profile, let measured { profile.ended(measured.name, .backward, measured.backward) }
    }
  }

  /// Runs the recorded operations in reverse order, each once, and forgets them.
  package func backward() {
    while let operation = operations.popLast() { operation() }
  }

  /// Forgets the recorded operations, and with them all that they keep.
  func forget() { operations = [] }

  /// Runs `body`, in which parameters are used as `use` says.
  package func using<Result>(_ use: Parameter.Use, _ body: () -> Result) -> Result {
    let outer = self.use
    self.use = use
    defer { self.use = outer }
    return body()
  }

  /// Where the gradient of a parameter is added up that an operation uses; nil when it is frozen.
  ///
  /// `isSecond` tells the second of two layers of a block that have one matrix.
  func gradient(of parameter: Parameter?, isSecond: Bool = false) -> Tensor? {
    parameter?.gradient(for: isSecond ? use.second : use)
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
      let fresh = tensor(variable.shape)
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
