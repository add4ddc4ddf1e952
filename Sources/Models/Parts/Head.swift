package import Autograd
package import Tensors

/// The output layer: logits of the last hidden states.
package struct Head {
  /// `[V, C]`; the table of tokens itself where the two are one.
  package internal(set) var weight: Parameter
  /// What is added to the logits, `[V]`.
  package let bias: Parameter?
  /// Bounds of the logits: x becomes cap · tanh(x / cap).
  package let softCap: Float?
  private let projection: Linear?
  private let activation: Activation?
  private let norm: Norm?
  private let scale: Float

  init<Failure: Error>(
    _ plan: HeadPlan, tokens: Parameter, _ source: WeightSource<Failure>
  ) throws(Failure) {
    projection = try source.linear(plan.projection)
    activation = plan.activation
    norm = try source.norm(plan.norm)
    weight = plan.isEmbedding ? tokens : try source.parameter(plan.weight)
    bias = try source.parameter(plan.bias)
    softCap = plan.softCap.map(Float.init)
    scale = Float(plan.scale)
  }

  /// Returns what logits are the product of, of the width of the weight, from what the blocks and
  /// the norm after them give.
  func prepared(_ hidden: Variable, _ pass: ForwardPass) -> Variable {
    var x = scale == 1 ? hidden : pass.tape.scaled(hidden, by: scale)
    if let projection { x = projection(x, pass) }
    if let activation { x = pass.tape.activated(x, activation) }
    return norm?(x, pass) ?? x
  }

  /// Computes the logits, `[M, V]`, of the M chosen rows of `hidden`, `[N, C]`; `activations` are what
  /// these become for the product.
  package func logits(
    _ hidden: Variable, rows: [Int], in arena: Arena, activations: ActivationFormat = .float
  ) -> Tensor {
    let chosen = Tensor(uninitialized: [rows.count, weight.shape[1]], in: arena)
    for (place, row) in rows.enumerated() {
      chosen.rows(place..<place + 1).assign(hidden.value.rows(row..<row + 1))
    }
    let logits = Tensor(uninitialized: [rows.count, weight.shape[0]], in: arena)
    multiply(
      into: logits, chosen, weight.weights.transposed, activations: activations, in: arena)
    if let bias { arena.device.addBias(logits, bias.value) }
    if let softCap { logits.softCap(softCap) }
    return logits
  }

  /// Computes the logits of what ``prepared(_:_:)`` gave, `[M, V]`, of a head that is a layer of its own,
  /// to be learned.
  func scores(_ prepared: Variable, on tape: Tape) -> Variable {
    tape.linear(prepared, weight: weight, bias: bias)
  }

  /// The losses of `rows` of `hidden`, whose right tokens are `labels`, and on a recording tape the
  /// gradient of `factor` · their sum.
  package func losses(
    _ hidden: Variable, rows: [Int32], labels: [Int32], factor: Float, on tape: Tape
  ) -> RowLosses {
    tape.linearCrossEntropy(
      hidden, weight: weight, bias: bias, rows: rows, labels: labels, factor: factor,
      softCap: softCap)
  }

  /// As ``losses(_:rows:labels:factor:on:)``, of how far the rows' distributions are from those of other
  /// logits, which `targets` returns for some of them.
  package func losses(
    _ hidden: Variable, rows: [Int32], labels: [Int32], factor: Float, temperature: Float,
    on tape: Tape, targets: (Range<Int>) -> Tensor
  ) -> RowLosses {
    tape.linearDistillation(
      hidden, weight: weight, bias: bias, rows: rows, labels: labels, factor: factor,
      temperature: temperature, softCap: softCap, targets: targets)
  }

  /// As ``losses(_:rows:labels:factor:on:)``, where `weigh` returns what each loss counts once all of
  /// them are known.
  package func losses(
    _ hidden: Variable, rows: [Int32], labels: [Int32], on tape: Tape,
    weigh: (RowLosses) -> [Float]
  ) -> RowLosses {
    tape.weighedCrossEntropy(
      hidden, weight: weight, bias: bias, rows: rows, labels: labels, softCap: softCap,
      weigh: weigh)
  }

  /// The layer in it that an adapter may be attached to.
  var linears: [Linear] { activation == nil ? [] : [projection].compactMap(\.self) }
}
