import Autograd
import Tensors

/// A short causal convolution between two gates: see ``ConvolutionPlan``.
package final class ShortConvolution {
  private let input: Linear
  private let weight: Parameter
  private let bias: Parameter?
  private let output: Linear
  private let plan: ConvolutionPlan

  init<Failure: Error>(_ plan: ConvolutionPlan, _ source: WeightSource<Failure>) throws(Failure) {
    self.plan = plan
    input = try Linear(plan.input, source)
    output = try Linear(plan.output, source)
    weight = try source.parameter(plan.weight)
    bias = try source.parameter(plan.bias)
  }

  /// Returns `residual + multiplier · convolution(x)`; all `[N, C]`.
  func callAsFunction(
    _ x: Variable, _ pass: ForwardPass, layer: Int, residual: Variable, multiplier: Float
  ) -> Variable {
    let (tape, width) = (pass.tape, plan.width)
    let all = input(x, pass)
    let parts = (0..<3).map {
      tape.columns(
        of: all, ColumnBlocks(start: $0 * width, width: width, stride: width), count: width)
    }
    // Neither a product nor the taking of columns looks at it in its backward pass.
    all.discard()
    let gated = tape.product(parts[0], parts[2])
    let mixed = pass.convolved(
      gated, weight: weight, bias: bias, size: plan.size, layer: layer)
    gated.release()
    let result = tape.product(parts[1], mixed)
    defer { result.release() }
    return output(result, pass, norm: nil, residual: residual, multiplier: multiplier)
  }

  var linears: [Linear] { [input, output] }
}
