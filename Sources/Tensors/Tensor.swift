/// A dense row-major block of float32 on a device: the engine's one kind of number in computation.
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

  /// Makes a tensor with memory of its own, whose values are not defined.
  package convenience init(uninitialized shape: [Int], on device: any Device) {
    let storage = Storage(capacity: Tensor.count(shape), on: device)
    self.init(shape: shape, storage: storage, offset: 0)
  }

  /// Makes a tensor in an arena's memory, whose values are not defined.
  package convenience init(uninitialized shape: [Int], in arena: Arena) {
    self.init(shape: shape, storage: arena.storage(Tensor.count(shape)), offset: 0)
  }

  private init(shape: [Int], storage: Storage, offset: Int) {
    self.shape = shape
    self.storage = storage
    self.offset = offset
    count = Tensor.count(shape)
  }

  /// Makes a tensor of zeros with memory of its own.
  package convenience init(zeros shape: [Int], on device: any Device) {
    self.init(uninitialized: shape, on: device)
    if !storage.isFreshlyZero { fill(0) }
  }

  /// Makes a tensor of zeros in an arena's memory.
  package convenience init(zeros shape: [Int], in arena: Arena) {
    self.init(uninitialized: shape, in: arena)
    fill(0)
  }

  /// Makes a tensor from values in row-major order.
  package convenience init(_ values: [Float], shape: [Int], on device: any Device) {
    self.init(uninitialized: shape, on: device)
    precondition(values.count == count, "\(values.count) values for shape \(shape)")
    device.withMutableHostElements(of: self) { elements in _ = elements.update(from: values) }
  }

  /// Where it lies and is computed.
  package var device: any Device { storage.device }

  /// Where the first element is, for the device alone; valid as long as the tensor lives.
  package var address: DeviceAddress { storage.address.advanced(by: 4 * offset) }

  /// The number of rows: the product of all sizes but the last.
  package var rows: Int { shape.isEmpty ? 1 : count / max(1, shape[shape.count - 1]) }

  /// The last size: the width of a row.
  package var columns: Int { shape.last ?? 1 }

  /// The values, copied out in row-major order.
  package var values: [Float] {
    var values: [Float] = []
    device.withHostElements(of: self) { values = Array($0) }
    return values
  }

  /// The values of each row of a matrix, copied out.
  package var eachRow: [[Float]] {
    let (values, columns) = (values, columns)
    return (0..<rows).map { Array(values[$0 * columns..<($0 + 1) * columns]) }
  }

  /// Returns rows `range` of a matrix, sharing its memory.
  package func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return Tensor(
      shape: [range.count, columns], storage: storage, offset: offset + range.lowerBound * columns)
  }

  /// Returns elements `range`, sharing their memory.
  package func elements(_ range: Range<Int>) -> Tensor {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of \(count)")
    return Tensor(shape: [range.count], storage: storage, offset: offset + range.lowerBound)
  }

  /// Returns the elements in another shape, sharing their memory.
  package func shaped(_ shape: [Int]) -> Tensor {
    precondition(Tensor.count(shape) == count, "\(self.shape) as \(shape)")
    return Tensor(shape: shape, storage: storage, offset: offset)
  }

  /// Returns a copy with memory of its own.
  package func copy() -> Tensor {
    let copy = Tensor(uninitialized: shape, on: device)
    copy.assign(self)
    return copy
  }

  /// Returns a copy in an arena's memory.
  package func copy(in arena: Arena) -> Tensor {
    let copy = Tensor(uninitialized: shape, in: arena)
    copy.assign(self)
    return copy
  }

  static func count(_ shape: [Int]) -> Int {
    shape.reduce(1) { product, size in
      precondition(size >= 0, "a negative size in \(shape)")
      return product * size
    }
  }
}
