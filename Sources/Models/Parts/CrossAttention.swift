import Autograd
import Tensors

/// Attention of the half that writes to what the other half made of the prompts.
package final class CrossAttention {
  private let norm: Norm
  /// The layers that make queries, keys and values.
  private let inputs: [Linear]
  private let output: Linear
  private let plan: AttentionPlan

  init<Failure: Error>(
    _ plan: CrossAttentionPlan, _ source: WeightSource<Failure>
  ) throws(Failure) {
    self.plan = plan.attention
    norm = try Norm(plan.norm, source)
    var inputs: [Linear] = []
    for linear in plan.attention.linears.dropLast() { inputs.append(try Linear(linear, source)) }
    self.inputs = inputs
    output = try Linear(plan.attention.output, source)
  }

  /// Returns `x + attention(norm(x))`; all `[N, C]`.
  func callAsFunction(_ x: Variable, _ pass: ForwardPass, layer: Int) -> Variable {
    let read = norm(x, pass)
    let queries = inputs[0](read, pass)
    read.release()
    return output(attended(queries, pass, layer), pass, residual: x)
  }

  /// What the queries, `[N, H · D]`, find in their prompts.
  private func attended(_ queries: Variable, _ pass: ForwardPass, _ layer: Int) -> Variable {
    let count = pass.prompts.reduce(0) { $0 + $1.stretches.count }
    precondition(count == pass.layout.sequences.count, "\(count) prompts for other sequences")
    if pass.prompts.count == 1 {
      return attended(queries, pass.layout.sequences, pass.prompts[0], pass, layer)
    }
    // Prompts that were read one by one: each sequence finds its own.
    let found = Tensor(uninitialized: queries.shape, in: pass.tape.arena)
    var sequences = pass.layout.sequences[...]
    for prompt in pass.prompts {
      let own = Array(sequences.prefix(prompt.stretches.count))
      sequences = sequences.dropFirst(own.count)
      guard let first = own.first, let last = own.last else { continue }
      let rows = first.queryStart..<last.queryStart + last.queryCount
      let part = Variable(queries.value.rows(rows), needsGradient: false)
      found.rows(rows).assign(attended(part, own, prompt, pass, layer).value)
    }
    return Variable(found, needsGradient: false)
  }

  /// What the queries of some sequences, which lie one after the other, find in the prompts of one
  /// reading.
  private func attended(
    _ queries: Variable, _ sequences: [AttentionStretch], _ prompts: EncodedPrompts,
    _ pass: ForwardPass, _ layer: Int
  ) -> Variable {
    let start = sequences.first?.queryStart ?? 0
    let stretches = zip(sequences, prompts.stretches).map { sequence, prompt in
      AttentionStretch(
        queryStart: sequence.queryStart - start, queryCount: sequence.queryCount,
        keyStart: prompt.keyStart, keyCount: prompt.keyCount)
    }
    let keys = prompts.keys(of: layer, isKept: !pass.tape.isRecording) { states in
      let reading = pass.reading(prompts)
      return (inputs[1](states, reading), inputs[2](states, reading))
    }
    return pass.tape.attention(
      query: queries, key: keys.key, value: keys.value,
      layout: SequenceLayout(
        positions: [], sequences: stretches, lengths: stretches.map(\.keyCount)), shape: plan.shape,
      options: plan.options)
  }

  var linears: [Linear] { inputs + [output] }
}
