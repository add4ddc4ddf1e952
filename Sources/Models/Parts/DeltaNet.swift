import Autograd
import Tensors

/// Heads with a state in the place of attention: see ``DeltaNetPlan``.
package final class DeltaNet {
  private let input: Linear
  private let gate: Linear
  private let beta: Linear
  private let decay: Linear
  private let convolution: Parameter
  private let decayBias: Parameter
  private let decayRate: Parameter
  private let norm: Norm
  private let output: Linear
  /// What a query is multiplied by once the mean of its squares is 1, and a key.
  private let (queryFactor, keyFactor): (Parameter, Parameter)
  private let plan: DeltaNetPlan

  init<Failure: Error>(_ plan: DeltaNetPlan, _ source: WeightSource<Failure>) throws(Failure) {
    self.plan = plan
    convolution = try source.parameter(plan.convolution)
    decayBias = try source.parameter(plan.decayBias)
    decayRate = try source.parameter(plan.decayRate)
    norm = try Norm(plan.norm, source)
    input = try Linear(plan.input, source)
    gate = try Linear(plan.gate, source)
    beta = try Linear(plan.beta, source)
    decay = try Linear(plan.decay, source)
    output = try Linear(plan.output, source)
    let width = plan.shape.keyWidth
    func factor(_ name: String, _ value: Float) -> Parameter {
      source.constant("\(plan.input.path).\(name)", [width], value)
    }
    queryFactor = factor("query", 1 / Float(width))
    keyFactor = factor("key", 1 / Float(width).squareRoot())
  }

  /// Returns `residual + multiplier · deltaNet(x)`; all `[N, C]`.
  func callAsFunction(
    _ x: Variable, _ pass: ForwardPass, layer: Int, residual: Variable, multiplier: Float
  ) -> Variable {
    let (tape, shape) = (pass.tape, plan.shape)
    let made = Linear.all([input, gate, beta, decay], x, pass)
    let convolved = pass.convolved(made[0], weight: convolution, size: plan.size, layer: layer)
    let mixed = tape.activated(convolved, plan.activation)
    func part(_ start: Int, _ width: Int) -> Variable {
      tape.columns(
        of: mixed, ColumnBlocks(start: start, width: width, stride: width), count: width)
    }
    let (keys, values) = (shape.allKeysWidth, shape.allValuesWidth)
    let plain = (part(0, keys), part(keys, keys), part(2 * keys, values))
    // Neither the activation nor the taking of columns looks at it in its backward pass.
    mixed.discard()
    let read = DeltaRuleVariables(
      query: ofLengthOne(plain.0, queryFactor, pass), key: ofLengthOne(plain.1, keyFactor, pass),
      value: plain.2, decay: tape.decay(made[3], rate: decayRate, bias: decayBias),
      beta: tape.activated(made[2], .sigmoid))
    let result = tape.deltaRule(
      read, shape, layout: pass.layout,
      states: pass.cache?.nextStates(layer: layer, shape: shape.stateShape))
    for part in [read.query, read.key, read.decay, read.beta] { part.release() }
    let normed = norm(result, pass)
    let gated = tape.gated(gate: made[1], up: normed, .silu)
    normed.release()
    defer { gated.release() }
    return output(gated, pass, norm: nil, residual: residual, multiplier: multiplier)
  }

  /// Each head divided by its length, and multiplied by a factor.
  private func ofLengthOne(_ x: Variable, _ factor: Parameter, _ pass: ForwardPass) -> Variable {
    let epsilon = DeltaNetPlan.lengthEpsilon / Float(plan.shape.keyWidth)
    return pass.tape.rmsNorm(x, weight: factor, epsilon: epsilon)
  }

  var linears: [Linear] { [input, gate, beta, decay, output] }
}
