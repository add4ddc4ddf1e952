/// Products of matrices: each element one chain over ascending k.
package protocol MatrixOperations: Sendable {
  /// c = a · b, or c += a · b when `accumulate`.
  ///
  /// Shapes: `c` is `[m, n]`; `a` `[m, k]`, or stored `[k, m]` when `aIsTransposed`; `b` `[k, n]`, or
  /// stored `[n, k]` when `bIsTransposed`. A chain begins at 0, or at what c holds.
  func multiply(
    _ c: Tensor, _ a: Tensor, aIsTransposed: Bool, _ b: Tensor, bIsTransposed: Bool,
    accumulate: Bool)

  /// Packs w, `[O, C]`, into `packed`; false, the content then being undefined, when the format is
  /// quantised and a weight is not finite, or 2¹⁰⁰ and more.
  func pack(_ packed: DeviceAddress, _ w: Tensor, as format: WeightFormat) -> Bool

  /// Packs outputs of a matrix that a file keeps in `blocks` of 32 columns: output i is row
  /// `order[i]` of these, or row i; false, the content then being undefined, when a scale is not
  /// finite.
  func pack(
    _ packed: DeviceAddress, blocks: UnsafeRawBufferPointer, as format: WeightFormat, rows: Int,
    columns: Int, order: [Int32]?
  ) -> Bool

  /// out, `[N, C]`, becomes the rows of W that `rows` name, as products see them.
  func unpack(_ out: Tensor, _ w: PackedMatrix, rows: [Int32])

  /// c = a · Wᵀ, or with `isTurned` a · W, or c += that: the bits that the unpacked weights give.
  ///
  /// Shapes: `c` is `[m, O]`, `a` `[m, C]`, W `[O, C]`; turned, `c` `[m, C]` and `a` `[m, O]`.
  func multiply(_ c: Tensor, _ a: Tensor, _ w: PackedMatrix, isTurned: Bool, accumulate: Bool)

  /// Each c = a · Wᵀ, of matrices of as many channels: those of few rows side by side.
  func multiply(_ outputs: [Tensor], _ a: Tensor, _ matrices: [PackedMatrix])

  /// integers, `[N, floatsOfIntegers]`, become the rows of a, `[N, C]`, as integers of eight bits with a
  /// scale for 32 steps, for products by weights of `format`, or of another of as many bits and offset.
  func round(_ integers: Tensor, _ a: Tensor, for format: WeightFormat)

  /// Each c = a · Wᵀ of rows that ``round(_:_:for:)`` gave: within a block the exact sum of products of
  /// integers, and one chain over ascending blocks.
  func multiplyIntegers(_ outputs: [Tensor], _ integers: Tensor, _ matrices: [PackedMatrix])
}
