import Autograd
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
    folded matrices: [FoldedMatrices]
  ) throws(AdapterError) {
    let settings = LowRankSettings(
      rank: matrices.first?.a.rows ?? 1, alpha: Double(matrices.first?.a.rows ?? 1),
      targets: .named(matrices.map(\.linear.path)))
    try self.init(
      attachingTo: matrices.map(\.linear), settings, source: nil
    ) { (_, index) throws(AdapterError) in
      Matrices(a: matrices[index].a, b: matrices[index].b, scale: 1)
    }
  }
}
