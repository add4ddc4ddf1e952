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

  /// out, `[N, C]`, = the columns of x, `[N, M]`, that `blocks` name.
  func takeColumns(_ out: Tensor, _ x: Tensor, _ blocks: ColumnBlocks)
  /// The columns of x, `[N, M]`, that `blocks` name += part, `[N, C]`.
  func addColumns(_ x: Tensor, _ part: Tensor, _ blocks: ColumnBlocks)

  /// out, `[N, C]`, = the rows of x that `indices` name.
  func gather(_ out: Tensor, _ x: Tensor, rows indices: [Int32])
  /// out[indices[n]] += x[n]; the indices are distinct.
  func scatterAdd(_ out: Tensor, _ x: Tensor, rows indices: [Int32])

  /// out[indices[n]] += weight of n · x[n]; the indices are distinct.
  func scatterAdd(_ out: Tensor, _ x: Tensor, rows indices: [Int32], weights: RowNumbers)
  /// Row n of out, `[N, C]`, = weight of n · the row of x that indices[n] names.
  func gather(_ out: Tensor, _ x: Tensor, rows indices: [Int32], weights: RowNumbers)
  /// The number of n in `sums` += the product of row n of y, `[N, C]`, and the row of x that indices[n]
  /// names; the numbers' places are distinct.
  func addRowProducts(_ sums: RowNumbers, _ x: Tensor, rows indices: [Int32], _ y: Tensor)

  /// dTable[ids[n]] += dout[n], for ascending n.
  func embeddingBackward(_ dTable: Tensor, _ dout: Tensor, ids: [Int32])
}

/// A number a row, somewhere in a tensor.
package struct RowNumbers {
  /// What they are elements of.
  package let tensor: Tensor
  /// Which elements they are; nil where they stand in the order of the rows.
  package let places: [Int32]?

  package init(_ tensor: Tensor, at places: [Int32]? = nil) {
    self.tensor = tensor
    self.places = places
  }
}

/// Which columns of a matrix a part of it holds: `width` from `start` on, then as many `stride`
/// further, and so on until the part is full.
package struct ColumnBlocks: Hashable, Sendable {
  /// The first column of the first block.
  package let start: Int
  /// Columns of a block; a part has whole blocks.
  package let width: Int
  /// Columns from the beginning of a block to that of the next.
  package let stride: Int

  /// Blocks that do not overlap.
  package init(start: Int, width: Int, stride: Int) {
    precondition(start >= 0 && width > 0 && stride >= width, "blocks that overlap")
    self.start = start
    self.width = width
    self.stride = stride
  }

  /// The same first columns again and again; parts that are added to them are added in order.
  package init(repeating width: Int) {
    precondition(width > 0, "blocks of nothing")
    (start, self.width, stride) = (0, width, 0)
  }

  /// The columns that a matrix needs for a part of `count`.
  package func reach(_ count: Int) -> Int {
    precondition(count % width == 0, "\(count) columns in blocks of \(width)")
    return start + (count / width - 1) * stride + width
  }
}
