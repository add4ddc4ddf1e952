import Autograd
import Tensors

/// Attention of grouped heads, within each sequence.
package final class Attention {
  /// The layers that make queries, keys and values: three, or one for all.
  private let inputs: [Linear]
  /// From all heads together, H · D, back to C.
  package let output: Linear
  private let queryNorm: Norm?
  private let keyNorm: Norm?
  private let outputNorm: Norm?
  private let rotary: RotaryTable?
  private let keyScores: Tensor?
  private let plan: AttentionPlan

  init<Failure: Error>(
    _ plan: AttentionPlan, _ source: WeightSource<Failure>, positions: PositionTables
  ) throws(Failure) {
    self.plan = plan
    rotary = positions.rotary(plan.rotary)
    keyScores = positions.keyScores(plan.alibi)
    var inputs: [Linear] = []
    for linear in plan.linears.dropLast() { inputs.append(try Linear(linear, source)) }
    self.inputs = inputs
    output = try Linear(plan.output, source)
    queryNorm = try source.norm(plan.queryNorm)
    keyNorm = try source.norm(plan.keyNorm)
    outputNorm = try source.norm(plan.outputNorm)
  }

  /// Returns `residual + multiplier · attention(x)`; all `[N, C]`.
  func callAsFunction(
    _ x: Variable, _ pass: ForwardPass, layer: Int, residual: Variable, multiplier: Float
  ) -> Variable {
    let (tape, layout, shape) = (pass.tape, pass.layout, plan.shape)
    let plain = projected(x, pass)
    let queries = turned(queryNorm?(plain.query, pass) ?? plain.query, shape.headCount, pass)
    let keys = turned(keyNorm?(plain.key, pass) ?? plain.key, shape.keyValueHeadCount, pass)
    let mixed =
      if let cache = pass.cache {
        tape.attention(
          query: queries, cached: cache.store(keys, plain.value, layer: layer, layout: layout),
          layout: layout, shape: shape, options: plan.options, keyScores: keyScores)
      } else {
        tape.attention(
          query: queries, key: keys, value: plain.value, layout: layout, shape: shape,
          options: plan.options, keyScores: keyScores)
      }
    return output(
      mixed, pass, norm: outputNorm, residual: residual, multiplier: multiplier)
  }

  /// Queries `[N, H · D]`, keys and values `[N, G · D]`.
  private func projected(
    _ x: Variable, _ pass: ForwardPass
  ) -> (query: Variable, key: Variable, value: Variable) {
    let results = Linear.all(inputs, x, pass)
    guard case .fused(_, let byGroup) = plan.projections else {
      return (results[0], results[1], results[2])
    }
    let (queries, keys) = (plan.queryWidth, plan.keyWidth)
    // Of each group, or of all heads together.
    let groups = byGroup ? plan.shape.keyValueHeadCount : 1
    func part(_ start: Int, _ count: Int) -> Variable {
      let blocks = ColumnBlocks(
        start: start / groups, width: count / groups, stride: (queries + 2 * keys) / groups)
      return pass.tape.columns(of: results[0], blocks, count: count)
    }
    let parts = (part(0, queries), part(queries, keys), part(queries + keys, keys))
    // Neither a product nor the taking of columns looks at it in its backward pass.
    results[0].discard()
    return parts
  }

  private func turned(_ x: Variable, _ headCount: Int, _ pass: ForwardPass) -> Variable {
    guard let rotary else { return x }
    return pass.tape.rotary(
      x, layout: pass.layout, table: rotary, headCount: headCount,
      headWidth: plan.shape.headWidth)
  }

  var linears: [Linear] { inputs + [output] }
}
