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
  private let sinks: Parameter?
  private let rotary: RotaryTable?
  private let keyScores: Tensor?
  private let distances: Distances?
  private let plan: AttentionPlan

  init<Failure: Error>(
    _ plan: AttentionPlan, _ source: WeightSource<Failure>, positions: PositionTables
  ) throws(Failure) {
    self.plan = plan
    rotary = positions.rotary(plan.rotary)
    keyScores = positions.keyScores(plan.alibi)
    distances = if let plan = plan.distances { try Distances(plan, source) } else { nil }
    var inputs: [Linear] = []
    for linear in plan.linears.dropLast() { inputs.append(try Linear(linear, source)) }
    self.inputs = inputs
    output = try Linear(plan.output, source)
    queryNorm = try source.norm(plan.queryNorm)
    keyNorm = try source.norm(plan.keyNorm)
    outputNorm = try source.norm(plan.outputNorm)
    sinks = try source.parameter(plan.sinks)
  }

  /// Returns `residual + multiplier · attention(x)`; all `[N, C]`.
  func callAsFunction(
    _ x: Variable, _ pass: ForwardPass, layer: Int, residual: Variable, multiplier: Float
  ) -> Variable {
    let (tape, layout, shape) = (pass.tape, pass.layout, plan.shape)
    let (queries, keys, values, gate) = ready(x, pass)
    let distances = distances?(pass)
    let mixed =
      if let cache = pass.cache {
        tape.attention(
          query: queries, cached: cache.store(keys, values, layer: layer, layout: layout),
          layout: layout, shape: shape, options: plan.options, keyScores: keyScores,
          distances: distances, sinks: sinks)
      } else {
        tape.attention(
          query: queries, key: spread(keys, pass), value: spread(values, pass), layout: layout,
          shape: shape, options: plan.options, keyScores: keyScores, distances: distances,
          sinks: sinks)
      }
    let result =
      gate.map { tape.gated(gate: $0, up: mixed, .sigmoid) } ?? withoutPadding(mixed, pass)
    defer { if gate != nil { result.release() } }
    return output(
      result, pass, norm: outputNorm, residual: residual, multiplier: multiplier)
  }

  /// Keys or values, a row for each sequence that sees it.
  private func spread(_ rows: Variable, _ pass: ForwardPass) -> Variable {
    guard let keyRows = pass.layout.keyRows else { return rows }
    return pass.tape.repeated(rows, rows: keyRows)
  }

  /// Queries `[N, H · D]`, keys and values `[N, G · D]`, normed and turned, and what gates the result.
  private func ready(
    _ x: Variable, _ pass: ForwardPass
  ) -> (query: Variable, key: Variable, value: Variable, gate: Variable?) {
    if case .latent(let latent) = plan.projections {
      let made = fromLatent(latent, x, pass)
      return (made.query, made.key, made.value, nil)
    }
    let (plain, shape) = (projected(x, pass), plan.shape)
    let (query, gate) = withoutGate(plain.query, pass)
    return (
      prepared(query, queryNorm, shape.headCount, pass),
      prepared(plain.key, keyNorm, shape.keyValueHeadCount, pass), plain.value, gate
    )
  }

  /// The queries of what holds a gate after each head's, and the gates.
  private func withoutGate(
    _ x: Variable, _ pass: ForwardPass
  ) -> (query: Variable, gate: Variable?) {
    guard plan.isGated else { return (x, nil) }
    let width = plan.shape.headWidth
    let parts = [0, width].map {
      pass.tape.columns(
        of: x, ColumnBlocks(start: $0, width: width, stride: 2 * width), count: plan.queryWidth)
    }
    // Neither a product nor the taking of columns looks at it in its backward pass.
    x.discard()
    return (parts[0], parts[1])
  }

  /// Queries, keys and values as they come from the input.
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

  /// Queries or keys, normed and turned in the order of the plan.
  private func prepared(
    _ x: Variable, _ norm: Norm?, _ headCount: Int, _ pass: ForwardPass
  ) -> Variable {
    guard let norm else { return turned(x, headCount, pass) }
    return plan.normsTurned
      ? norm(turned(x, headCount, pass), pass) : turned(norm(x, pass), headCount, pass)
  }

  private func turned(
    _ x: Variable, _ headCount: Int, _ pass: ForwardPass, headWidth: Int? = nil
  ) -> Variable {
    guard let rotary else { return x }
    return pass.tape.rotary(
      x, layout: pass.layout, table: rotary, headCount: headCount,
      headWidth: headWidth ?? plan.shape.headWidth)
  }

  var linears: [Linear] { inputs + [output] }
}

// MARK: Keys and values by way of a narrow state

extension Attention {
  /// Queries, keys and values of a ``LatentPlan``, `[N, H · D]` each.
  ///
  /// What parts are taken out of, and parts once they are placed, nobody reads again.
  private func fromLatent(
    _ latent: LatentPlan, _ x: Variable, _ pass: ForwardPass
  ) -> (query: Variable, key: Variable, value: Variable) {
    let (tape, heads) = (pass.tape, plan.shape.headCount)
    let (plainWidth, turnedWidth) = (latent.plainWidth, latent.turnedWidth)
    func columns(
      _ x: Variable, _ start: Int, _ width: Int, of stride: Int, heads: Int
    ) -> Variable {
      tape.columns(
        of: x, ColumnBlocks(start: start, width: width, stride: stride), count: heads * width)
    }
    func placed(_ parts: [(Variable, start: Int, width: Int)]) -> Variable {
      let all = tape.placed(
        parts.map { part, start, width in
          (part, ColumnBlocks(start: start, width: width, stride: latent.headWidth))
        }, width: heads * latent.headWidth)
      for part in parts { part.0.discard() }
      return all
    }

    let state = inputs[latent.linears.count - 2](x, pass)
    let shared = turned(
      columns(state, latent.stateWidth, turnedWidth, of: turnedWidth, heads: 1), 1, pass,
      headWidth: turnedWidth)
    let repeated = tape.columns(
      of: shared, ColumnBlocks(repeating: turnedWidth), count: heads * turnedWidth)
    let narrow = columns(state, 0, latent.stateWidth, of: latent.stateWidth, heads: 1)
    state.discard()
    shared.discard()
    let both = inputs[latent.linears.count - 1](keyNorm?(narrow, pass) ?? narrow, pass)
    let width = plainWidth + latent.valueWidth
    let keys = placed([
      (repeated, 0, turnedWidth),
      (columns(both, 0, plainWidth, of: width, heads: heads), turnedWidth, plainWidth),
    ])
    let values = placed([
      (columns(both, plainWidth, latent.valueWidth, of: width, heads: heads), 0, latent.valueWidth)
    ])
    both.discard()

    let made = query(latent, x, pass)
    let whole = plainWidth + turnedWidth
    let turning = columns(made, plainWidth, turnedWidth, of: whole, heads: heads)
    let queries = placed([
      (turned(turning, heads, pass, headWidth: turnedWidth), 0, turnedWidth),
      (columns(made, 0, plainWidth, of: whole, heads: heads), turnedWidth, plainWidth),
    ])
    turning.discard()
    made.discard()
    return (queries, keys, values)
  }

  /// All heads of the queries as they are made, `[N, H · (P + R)]`.
  private func query(_ latent: LatentPlan, _ x: Variable, _ pass: ForwardPass) -> Variable {
    guard latent.queryDown != nil else { return inputs[0](x, pass) }
    let state = inputs[0](x, pass)
    let normed = queryNorm?(state, pass) ?? state
    let made = inputs[1](normed, pass)
    if queryNorm != nil { normed.release() }
    return made
  }

  /// What attention gives, without the columns that pad heads.
  private func withoutPadding(_ mixed: Variable, _ pass: ForwardPass) -> Variable {
    guard case .latent(let latent) = plan.projections, latent.valueWidth < latent.headWidth
    else { return mixed }
    return pass.tape.columns(
      of: mixed,
      ColumnBlocks(start: 0, width: latent.valueWidth, stride: latent.headWidth),
      count: plan.shape.headCount * latent.valueWidth)
  }
}
