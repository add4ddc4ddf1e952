import Mathematics
package import Tensors

/// A low-rank change of a linear layer: `scale · (B · A · dropout(x) + bias)` is added to its output.
///
/// Source: Hu et al. 2021, arXiv:2106.09685, section 4.1.
package final class LowRankTerm {
  /// The matrix into the bottleneck, `[R, C]`.
  package let a: Parameter
  /// Whether A is also that of a layer before this one.
  package let isSecondUseOfA: Bool
  /// The matrix out of it, `[O, R]`, zeros at first, so that an untrained adapter changes nothing.
  package let b: Parameter
  /// What each output's weights are scaled to, `[O]`, in the weight-decomposed form (DoRA).
  package let magnitude: Parameter?
  /// What is added to each output beside the product, `[O]`; scaled as that is.
  package let bias: Parameter?
  /// alpha / rank, or alpha / sqrt(rank) in the rank-stabilised form.
  package let scale: Float
  /// The share of inputs dropped in training, in `0..<1`.
  package var dropout: Float
  /// Which layer it is, so that each draws random numbers of its own.
  package let index: Int
  /// The norms that ``inverseNorms(of:)`` worked out, and the values they are of.
  private var norms: (versions: [Int], inverse: Tensor)?

  package init(
    a: Parameter, isSecondUseOfA: Bool = false, b: Parameter, magnitude: Parameter? = nil,
    bias: Parameter? = nil,
    scale: Float, dropout: Float, index: Int
  ) {
    self.a = a
    self.isSecondUseOfA = isSecondUseOfA
    self.b = b
    self.magnitude = magnitude
    self.bias = bias
    self.scale = scale
    self.dropout = dropout
    self.index = index
  }

  /// What is learned: A, B, the magnitude and the bias.
  package var parameters: [Parameter] { [a, b] + [magnitude, bias].compactMap(\.self) }

  /// Rows `range` of `weight + scale · B · A`, `[O, C]`, in memory of their own.
  package func changedRows(of weight: Parameter, _ range: Range<Int>) -> Tensor {
    let rows = Tensor(uninitialized: [range.count, weight.shape[1]], on: b.value.device)
    weight.weights.gather(range.map { Int32($0) }, into: rows)
    let scaled = b.value.rows(range).copy()
    scaled.scale(by: scale)
    multiply(into: rows, scaled, a.value, accumulate: true)
    return rows
  }

  /// 1 / ‖row‖ of `weight + scale · B · A`, `[O]`: kept until one of them changes.
  package func inverseNorms(of weight: Parameter) -> Tensor {
    let versions = [weight.version, a.version, b.version]
    if let norms, norms.versions == versions { return norms.inverse }
    let outputs = b.value.rows
    let inverse = Tensor(uninitialized: [outputs], on: b.value.device)
    for start in stride(from: 0, to: outputs, by: LowRankTerm.rowsPerChunk) {
      let range = start..<min(start + LowRankTerm.rowsPerChunk, outputs)
      inverse.device.inverseRowNorms(
        inverse.elements(range), changedRows(of: weight, range))
    }
    norms = (versions, inverse)
    return inverse
  }

  /// Rows of a changed weight that exist at a time: it is never there whole.
  private static let rowsPerChunk = 512
}

/// What dropout needs to draw its numbers: absent in evaluation and generation.
package struct DropoutStream: Sendable {
  /// That of the training, the same for all of its steps.
  package let seed: UInt64
  /// The training's step, the first being 0: none draws the numbers of another.
  package let step: UInt32
  /// The index of the batch's first row within the step: a row's numbers are drawn at its place in
  /// the step, so that they do not depend on how the step is cut.
  package let firstRow: Int
  /// The places in the batch of the rows that a layer gets; nil where it gets all.
  private let rows: [Int32]?

  /// Begins a stream for a batch whose first row is `firstRow` of the step.
  package init(seed: UInt64, step: UInt32, firstRow: Int) {
    self.init(seed: seed, step: step, firstRow: firstRow, rows: nil)
  }

  private init(seed: UInt64, step: UInt32, firstRow: Int, rows: [Int32]?) {
    self.seed = seed
    self.step = step
    self.firstRow = firstRow
    self.rows = rows
  }

  /// The same stream for a layer that gets only some of the rows.
  package func ofRows(_ rows: [Int32]) -> DropoutStream {
    DropoutStream(
      seed: seed, step: step, firstRow: firstRow,
      rows: self.rows.map { all in rows.map { all[Int($0)] } } ?? rows)
  }

  /// Writes `x` with a share of its elements dropped and the others scaled up; also its own
  /// backward pass, when `x` is a gradient.
  func apply(_ output: Tensor, _ x: Tensor, share: Float, layer: Int) {
    // A layer's numbers start at layer · 2⁴⁰: no step has that many elements.
    let offset = UInt64(layer) << 40 + UInt64(firstRow) * UInt64(x.columns)
    let stream = RandomStream(seed: seed, purpose: .dropout, step: step)
    guard let rows else {
      return x.device.dropout(output, x, share: share, stream, offset: offset)
    }
    var place = 0
    while place < rows.count {
      // Rows that lie together in the batch too are drawn together.
      let first = rows[place]
      let count = rows[place...].enumerated().prefix { Int($1) == Int(first) + $0 }.count
      x.device.dropout(
        output.rows(place..<place + count), x.rows(place..<place + count), share: share, stream,
        offset: offset + UInt64(first) * UInt64(x.columns))
      place += count
    }
  }
}

/// The adapter's part of one linear operation.
struct LowRankBranch {
  let term: LowRankTerm
  let input: Variable
  let tape: Tape
  /// The stream of dropout, when it is in force.
  let dropout: DropoutStream?
  /// `scale · dropout(x) · Aᵀ`, `[N, R]`.
  let reduced: Tensor

  init(_ term: LowRankTerm, input: Variable, dropout: DropoutStream?, tape: Tape) {
    self.term = term
    self.input = input
    self.tape = tape
    self.dropout = term.dropout > 0 ? dropout : nil
    reduced = tape.tensor([input.value.rows, term.a.value.rows])
    multiply(into: reduced, droppedInput, term.a.value.transposed)
    reduced.scale(by: term.scale)
  }

  var isTrainable: Bool { term.parameters.contains(where: \.isTrainable) }

  /// The input with dropout; drawn again when asked for again, so nothing is kept.
  private var droppedInput: Tensor {
    guard let dropout else { return input.value }
    let dropped = tape.tensor(input.value.shape)
    dropout.apply(dropped, input.value, share: term.dropout, layer: term.index)
    return dropped
  }

  func addOutput(to output: Tensor) {
    multiply(into: output, reduced, term.b.value.transposed, accumulate: true)
    guard let bias = term.bias else { return }
    let scaled = bias.value.copy()
    scaled.scale(by: term.scale)
    tape.device.addBias(output, scaled)
  }

  /// Adds the gradients of the adapter and of its input; `others` are the products of the layer's own
  /// weights, which come before those of the input.
  func backward(_ dy: Tensor, beside others: () -> Void) {
    if let gradient = tape.gradient(of: term.bias) {
      // Scaled row by row: the sum of scaled rows is one chain over the step's tokens.
      let scaled = tape.tensor(dy.shape)
      scaled.assign(dy)
      scaled.scale(by: term.scale)
      tape.device.biasBackward(gradient, scaled)
    }
    let dReduced = tape.tensor(reduced.shape)
    multiply(into: dReduced, dy, term.b.value)
    dReduced.scale(by: term.scale)
    addGradients(dy, dReduced, beside: others)
    guard input.needsGradient else { return }
    guard let dropout else {
      tape.gather(input) { dx, accumulate in
        multiply(into: dx, dReduced, term.a.value, accumulate: accumulate)
      }
      return
    }
    let dDropped = tape.tensor(input.value.shape)
    multiply(into: dDropped, dReduced, term.a.value)
    dropout.apply(dDropped, dDropped, share: term.dropout, layer: term.index)
    tape.give(dDropped, to: input)
  }

  /// Adds the gradients of A and B: a few thousand outputs, each a chain over all rows.
  private func addGradients(_ dy: Tensor, _ dReduced: Tensor, beside others: () -> Void) {
    let dB = tape.gradient(of: term.b)
    let dA = tape.gradient(of: term.a, isSecond: term.isSecondUseOfA)
    let dropped = dA.map { _ in droppedInput }
    let few = {
      if let dB { multiply(into: dB, dy.transposed, reduced, accumulate: true) }
      guard let dA, let dropped else { return }
      multiply(into: dA, dReduced.transposed, dropped, accumulate: true)
    }
    tape.device.beside(few: few, many: others)
  }
}
