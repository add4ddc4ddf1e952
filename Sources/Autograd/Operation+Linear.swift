import CKernels
import Tensors

/// A low-rank change of a linear layer: `scale · B · A · dropout(x)` is added to its output.
///
/// Source: Hu et al. 2021, arXiv:2106.09685, section 4.1.
package final class LowRankTerm {
  /// The matrix into the bottleneck, `[R, C]`.
  package let a: Parameter
  /// The matrix out of it, `[O, R]`, zeros at first, so that an untrained adapter changes nothing.
  package let b: Parameter
  /// alpha / rank, or alpha / sqrt(rank) in the rank-stabilised form.
  package let scale: Float
  /// The share of inputs dropped in training, in `0..<1`.
  package var dropout: Float
  /// Which layer it is, so that each draws random numbers of its own.
  package let index: Int

  package init(a: Parameter, b: Parameter, scale: Float, dropout: Float, index: Int) {
    self.a = a
    self.b = b
    self.scale = scale
    self.dropout = dropout
    self.index = index
  }
}

/// What dropout needs to draw its numbers: absent in evaluation and generation.
package struct DropoutStream: Sendable {
  package let seed: UInt64
  package let step: UInt32
  /// The index of the batch's first row within the step: a row's numbers are drawn at its place in
  /// the step, so that they do not depend on how the step is cut.
  package let firstRow: Int

  package init(seed: UInt64, step: UInt32, firstRow: Int) {
    self.seed = seed
    self.step = step
    self.firstRow = firstRow
  }

  /// Writes `x` with a share of its elements dropped and the others scaled up; also its own
  /// backward pass, when `x` is a gradient.
  func apply(_ output: Tensor, _ x: Tensor, share: Float, layer: Int) {
    // A layer's numbers start at layer · 2⁴⁰: no step has that many elements.
    let offset = UInt64(layer) << 40 + UInt64(firstRow) * UInt64(x.columns)
    withExtendedLifetime((output, x)) {
      ft_dropout(
        output.data, x.data, share, seed, RandomPurpose.dropout.rawValue, step, offset, x.count)
    }
  }
}

extension Tape {
  /// `y = x · weightᵀ + bias + scale · dropout(x) · Aᵀ · Bᵀ + residual`; all but the first optional.
  ///
  /// Shapes: `x` is `[N, C]`, `weight` `[O, C]`, `bias` `[O]`, `residual` and the result `[N, O]`.
  /// Every product is one chain an element; the adapter's continues the frozen weight's, then the
  /// bias and the residual are added. Cost: 2·N·C·O forward, as much again for each of dx and
  /// dWeight that is asked for. Keeps `x`, and `[N, R]` for an adapter.
  package func linear(
    _ x: Variable, weight: Parameter, bias: Parameter? = nil, adapter: LowRankTerm? = nil,
    dropout: DropoutStream? = nil, residual: Variable? = nil
  ) -> Variable {
    let output = tensor([x.value.rows, weight.shape[0]])
    multiply(into: output, x.value, weight.weights.transposed)
    let branch = adapter.map { LowRankBranch($0, input: x, dropout: dropout, tape: self) }
    branch?.addOutput(to: output)
    if let bias {
      withExtendedLifetime((output, bias)) {
        ft_add_bias(output.data, bias.value.data, output.rows, output.columns)
      }
    }
    if let residual { output.add(residual.value) }
    let result = variable(
      output,
      needsGradient: x.needsGradient || weight.isTrainable || bias?.isTrainable == true
        || branch?.isTrainable == true || residual?.needsGradient == true)
    record(result) { [self] dy in
      if let gradient = weight.gradient() {
        multiply(into: gradient, dy.transposed, x.value, accumulate: true)
      }
      if let gradient = bias?.gradient() {
        withExtendedLifetime((gradient, dy)) {
          ft_bias_backward(gradient.data, dy.data, dy.rows, dy.columns)
        }
      }
      gather(x) { dx, accumulate in
        multiply(into: dx, dy, weight.weights, accumulate: accumulate)
      }
      branch?.backward(dy)
      if let residual { give(dy, to: residual) }
    }
    return result
  }
}

/// The adapter's part of one linear operation.
private struct LowRankBranch {
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
    self.dropout = term.dropout > 0 && tape.isRecording ? dropout : nil
    reduced = tape.tensor([input.value.rows, term.a.value.rows])
    multiply(into: reduced, droppedInput, term.a.value.transposed)
    reduced.scale(by: term.scale)
  }

  var isTrainable: Bool { term.a.isTrainable || term.b.isTrainable }

  /// The input with dropout; drawn again when asked for again, so nothing is kept.
  private var droppedInput: Tensor {
    guard let dropout else { return input.value }
    let dropped = tape.tensor(input.value.shape)
    dropout.apply(dropped, input.value, share: term.dropout, layer: term.index)
    return dropped
  }

  func addOutput(to output: Tensor) {
    multiply(into: output, reduced, term.b.value.transposed, accumulate: true)
  }

  func backward(_ dy: Tensor) {
    if let gradient = term.b.gradient() {
      multiply(into: gradient, dy.transposed, reduced, accumulate: true)
    }
    let dReduced = tape.tensor(reduced.shape)
    multiply(into: dReduced, dy, term.b.value)
    dReduced.scale(by: term.scale)
    if let gradient = term.a.gradient() {
      multiply(into: gradient, dReduced.transposed, droppedInput, accumulate: true)
    }
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
}
