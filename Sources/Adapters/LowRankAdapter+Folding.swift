import Autograd
import Checkpoints
package import Models
package import Tensors

extension LowRankAdapter {
  /// The matrices of one layer with the scale worked in: what is added to the weight is `b · a`.
  package struct FoldedMatrices {
    /// The layer.
    package let linear: Linear
    /// `[R, C]`.
    package let a: Tensor
    /// `[O, R]`, times the scale.
    package let b: Tensor

    package init(linear: Linear, a: Tensor, b: Tensor) {
      (self.linear, self.a, self.b) = (linear, a, b)
    }
  }

  /// Whether it is nothing but matrices beside layers: no magnitudes or biases, no tensors changed
  /// otherwise.
  package var isPlain: Bool {
    changes.isEmpty && !isMix && terms.allSatisfy { $0.magnitude == nil && $0.bias == nil }
  }

  /// The matrices of every changed layer, in the model's order.
  ///
  /// Each layer's own scale counts: `alpha / rank`, or what patterns and rank stabilisation make of
  /// it.
  package var foldedMatrices: [FoldedMatrices] {
    zip(linears, terms).map { linear, term in
      let b = term.b.value.copy()
      b.scale(by: term.scale)
      return FoldedMatrices(linear: linear, a: term.a.value, b: b)
    }
  }

  /// Attaches matrices that have their scale worked in, in place of an adapter that was taken out.
  ///
  /// - Throws: ``AdapterError/alreadyAttached``.
  package convenience init(
    folded matrices: [FoldedMatrices], attachingTo model: Transformer
  ) throws(AdapterError) {
    guard model.linears.allSatisfy({ $0.adapter == nil }) else { throw .alreadyAttached }
    let settings = LowRankSettings(
      rank: matrices.first?.a.rows ?? 1, alpha: Double(matrices.first?.a.rows ?? 1),
      targets: .named(matrices.map(\.linear.path)))
    let terms = matrices.enumerated().map { index, folded in
      let path = folded.linear.path
      let term = LowRankTerm(
        a: Parameter(name: AdapterDirectory.nameOfA(path), value: folded.a),
        b: Parameter(name: AdapterDirectory.nameOfB(path), value: folded.b), scale: 1, dropout: 0,
        index: index)
      return (linear: folded.linear, term: term)
    }
    self.init(settings, terms, of: model)
  }
}
