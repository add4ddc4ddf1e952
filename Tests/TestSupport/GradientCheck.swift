package import Autograd
import Mathematics
package import Tensors
package import Testing

/// Compares an operation's backward pass with central differences of its forward pass.
///
/// The operation is seen as the number Σ out · weight, with fixed weights that tell its outputs
/// apart, summed in double.
package struct GradientCheck {
  /// Inputs that a gradient is asked for.
  package let inputs: [Tensor]
  package let parameters: [Parameter]
  private let operation: (Tape, [Variable], [Parameter]) -> Variable

  package init(
    inputs: [Tensor], parameters: [Parameter] = [],
    operation: @escaping (_ tape: Tape, _ inputs: [Variable], _ parameters: [Parameter]) -> Variable
  ) {
    self.inputs = inputs
    self.parameters = parameters
    self.operation = operation
  }

  /// Expects each gradient to be within `tolerance` of the numeric one, relative to the largest.
  package func expectAgreement(
    within tolerance: Float = 5e-3, step: Float = 1e-2,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let arena = Arena()
    let tape = Tape(arena: arena, isRecording: true)
    for parameter in parameters {
      parameter.isTrainable = true
      parameter.clearGradient()
    }
    // Operations may turn their input in place, so each run has copies.
    let variables = inputs.map { Variable($0.copy(), needsGradient: true) }
    let output = operation(tape, variables, parameters)
    tape.give(GradientCheck.weights(output.value.shape), to: output)
    tape.backward()
    let analytic =
      variables.map { $0.gradient?.values ?? [] }
      + parameters.map { $0.collectGradient()?.values ?? [] }
    for (index, tensor) in (inputs + parameters.map(\.value)).enumerated() {
      let numeric = numericGradient(of: tensor, step: step)
      let largest = numeric.map(abs).max() ?? 0
      expectClose(
        analytic[index], numeric, within: tolerance * max(largest, 1e-3),
        sourceLocation: sourceLocation)
    }
  }

  private func numericGradient(of tensor: Tensor, step: Float) -> [Float] {
    (0..<tensor.count).map { index in
      let original = tensor[index]
      tensor[index] = original + step
      let above = weightedSum()
      tensor[index] = original - step
      let below = weightedSum()
      tensor[index] = original
      return Float((above - below) / (2 * Double(step)))
    }
  }

  private func weightedSum() -> Double {
    let tape = Tape(arena: Arena(), isRecording: false)
    let variables = inputs.map { Variable($0.copy(), needsGradient: false) }
    let output = operation(tape, variables, parameters).value
    let weights = GradientCheck.weights(output.shape)
    return zip(output.values, weights.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  private static func weights(_ shape: [Int]) -> Tensor {
    let tensor = Tensor(uninitialized: shape)
    for index in 0..<tensor.count { tensor[index] = 0.3 + 0.1 * Float(index % 7) }
    return tensor
  }
}

/// A tensor of numbers that differ, between -1 and 1, the same in every run.
package func sampleTensor(_ shape: [Int], seed: UInt64 = 1) -> Tensor {
  let tensor = Tensor(uninitialized: shape)
  tensor.device.fillUniform(
    tensor, limit: 1, RandomStream(seed: seed, purpose: .initialization), offset: 0)
  return tensor
}
