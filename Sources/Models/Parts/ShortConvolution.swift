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
    let mixed = convolved(gated, pass, layer: layer)
    gated.release()
    let result = tape.product(parts[1], mixed)
    defer { result.release() }
    return output(result, pass, norm: nil, residual: residual, multiplier: multiplier)
  }

  private func convolved(_ x: Variable, _ pass: ForwardPass, layer: Int) -> Variable {
    guard let cache = pass.cache else {
      return pass.tape.convolution(x, weight: weight, bias: bias, layout: pass.layout)
    }
    let (rows, stretches) = cache.joined(
      x.value, keeping: plan.size - 1, layer: layer, layout: pass.layout, in: pass.tape.arena)
    return pass.tape.convolution(rows, weight: weight, bias: bias, stretches)
  }

  var linears: [Linear] { [input, output] }
}
