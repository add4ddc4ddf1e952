/// What is done with the rows and columns of a matrix.
package protocol RowOperations: Sendable {
  /// Each row of out, `[N, C]`, gets bias, `[C]`, added.
  func addBias(_ out: Tensor, _ bias: Tensor)
  /// dBias, `[C]`, += the sum over the rows of dy, `[N, C]`: one chain over ascending rows an element.
  func biasBackward(_ dBias: Tensor, _ dy: Tensor)
  /// out, `[N]`, = 1 / ‖row‖ of x, `[N, C]`; 0 for a row of zeros.
  func inverseRowNorms(_ out: Tensor, _ x: Tensor)
  /// out = x with column c times factors[c]; `factors` has C elements, and `out` may be `x`.
  func scaleColumns(_ out: Tensor, _ x: Tensor, by factors: Tensor)
  /// sums, `[C]`, += the sum over rows of a · b, `[N, C]`: one chain over ascending rows an element.
  func addColumnProducts(_ sums: Tensor, _ a: Tensor, _ b: Tensor)

  /// out, `[N, C]`, = the rows of x that `indices` name.
  func gather(_ out: Tensor, _ x: Tensor, rows indices: [Int32])
  /// out[indices[n]] += x[n]; the indices are distinct.
  func scatterAdd(_ out: Tensor, _ x: Tensor, rows indices: [Int32])
  /// dTable[ids[n]] += dout[n], for ascending n.
  func embeddingBackward(_ dTable: Tensor, _ dout: Tensor, ids: [Int32])
}
