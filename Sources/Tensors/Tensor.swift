/// A dense row-major block of float32: the engine's one kind of number in computation.
///
/// A reference: whoever holds it sees what kernels write into it. Files keep other types
/// (``DType``); they are widened on reading.
package final class Tensor: @unchecked Sendable {
  /// The sizes, slowest first; a scalar has none.
  package let shape: [Int]
  /// The product of the sizes.
  package let count: Int
  private let storage: Storage
  private let offset: Int

  /// Makes a tensor whose values are not defined, in `arena` when one is given.
  package init(uninitialized shape: [Int], in arena: Arena? = nil) {
    self.shape = shape
    count = Tensor.count(shape)
    storage = arena?.storage(count) ?? Storage(capacity: count)
    offset = 0
  }

  private init(shape: [Int], storage: Storage, offset: Int) {
    self.shape = shape
    self.storage = storage
    self.offset = offset
    count = Tensor.count(shape)
  }

  /// Makes a tensor of zeros.
  package convenience init(zeros shape: [Int], in arena: Arena? = nil) {
    self.init(uninitialized: shape, in: arena)
    if !storage.isFreshlyZero { fill(0) }
  }

  /// Makes a tensor from values in row-major order.
  package convenience init(_ values: [Float], shape: [Int]) {
    self.init(uninitialized: shape)
    precondition(values.count == count, "\(values.count) values for shape \(shape)")
    data.update(from: values, count: count)
  }

  /// The first element.
  ///
  /// Safety: valid for `count` floats and for as long as the tensor lives; hold the tensor with
  /// `withExtendedLifetime` or a stored property while a kernel uses it.
  package var data: UnsafeMutablePointer<Float> { storage.start + offset }

  /// The number of rows: the product of all sizes but the last.
  package var rows: Int { shape.isEmpty ? 1 : count / max(1, shape[shape.count - 1]) }

  /// The last size: the width of a row.
  package var columns: Int { shape.last ?? 1 }

  /// The values, copied out in row-major order.
  package var values: [Float] {
    withExtendedLifetime(self) { Array(UnsafeBufferPointer(start: data, count: count)) }
  }

  /// Returns rows `range` of a matrix, sharing its memory.
  package func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Tensor(
      shape: [range.count, columns], storage: storage, offset: offset + range.lowerBound * columns)
  }

  /// Returns a copy with memory of its own.
  package func copy(in arena: Arena? = nil) -> Tensor {
    let copy = Tensor(uninitialized: shape, in: arena)
    copy.data.update(from: data, count: count)
    return copy
  }

  static func count(_ shape: [Int]) -> Int {
    shape.reduce(1) { product, size in
      precondition(size >= 0, "a negative size in \(shape)")
      return product * size
    }
  }
}
