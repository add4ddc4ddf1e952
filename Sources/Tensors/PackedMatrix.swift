/// A frozen weight matrix, `[O, C]`, laid out once for the products that read it.
///
/// Whatever the format, a weight is one float32 number (``unpacked()`` gives them), and products
/// have the bits that they would have with a ``Tensor`` of these.
///
/// `@unchecked Sendable`: the memory is written by `init` alone, or a file's.
package final class PackedMatrix: @unchecked Sendable {
  /// What each weight is kept as.
  package let format: WeightFormat
  /// The outputs, O.
  package let rows: Int
  /// The channels, C.
  package let columns: Int
  /// Where it lies and is multiplied.
  package let device: any Device
  /// Where it lies, for the device alone; valid as long as the matrix lives.
  package let address: DeviceAddress
  private let owner: Owner

  /// Where the memory came from, and goes back to.
  private enum Owner {
    case device(DeviceBlock)
    case file(MappedFile)
  }

  /// Packs a matrix; nil when the format is quantised and a weight is not finite, or 2¹⁰⁰ and more.
  package init?(_ tensor: Tensor, as format: WeightFormat) {
    self.format = format
    rows = tensor.rows
    columns = tensor.columns
    device = tensor.device
    let byteCount = format.byteCount(rows: tensor.rows, columns: tensor.columns)
    guard let block = tensor.device.allocate(byteCount, isStreamed: true) else {
      endForLackOfMemory(byteCount: byteCount)
    }
    (address, owner) = (block.address, .device(block))
    guard device.pack(block.address, tensor, as: format) else { return nil }
  }

  /// Lays out a matrix that a file keeps in blocks of `format`, one of ``WeightFormat/isOfFiles``;
  /// nil when a scale in it is not finite.
  ///
  /// `read` gives the bytes of a range of the file's rows. With an `order`, output i is the file's
  /// row `order[i]`, and all rows are read at once; without, a few panels at a time.
  package init?<Failure: Error>(
    blocksOf format: WeightFormat, rows: Int, columns: Int, order: [Int32]? = nil,
    on device: any Device, read: (Range<Int>) throws(Failure) -> [UInt8]
  ) throws(Failure) {
    precondition(
      format.isOfFiles && columns % WeightFormat.blockSteps == 0, "\(format), \(columns)")
    precondition(order?.count ?? rows == rows, "\(order?.count ?? 0) places for \(rows) rows")
    (self.format, self.rows, self.columns, self.device) = (format, rows, columns, device)
    let byteCount = format.byteCount(rows: rows, columns: columns)
    guard let block = device.allocate(byteCount, isStreamed: true) else {
      endForLackOfMemory(byteCount: byteCount)
    }
    (address, owner) = (block.address, .device(block))
    let panelBytes = format.panelByteCount(columns: columns)
    let panels = order == nil ? max(1, Self.pieceByteCount / panelBytes) : rows
    let step = panels * WeightFormat.panelOutputs
    for start in stride(from: 0, to: rows, by: step) {
      let range = start..<min(start + step, rows)
      let place = block.address.advanced(by: start / WeightFormat.panelOutputs * panelBytes)
      let isFinite = try read(range).withUnsafeBytes {
        device.pack(
          place, blocks: $0, as: format, rows: range.count, columns: columns, order: order)
      }
      guard isFinite else { return nil }
    }
  }

  /// The bytes of blocks that are read at a time, about.
  private static let pieceByteCount = 4 << 20

  /// Takes what lies in a file as ``withBytes(_:)`` gave it, from the byte `offset` on; nil when it does
  /// not lie within the file, or not where kernels can read it.
  package init?(
    _ format: WeightFormat, rows: Int, columns: Int, at offset: Int, of file: MappedFile
  ) {
    (self.format, self.rows, self.columns, device) = (format, rows, columns, file.device)
    let byteCount = format.byteCount(rows: rows, columns: columns)
    guard offset >= 0, offset % Self.alignment == 0, offset <= file.byteCount,
      byteCount <= file.byteCount - offset
    else { return nil }
    (address, owner) = (file.address(of: offset), .file(file))
  }

  /// What the address of a matrix is a multiple of; so are the bytes that it takes.
  package static let alignment = 64

  deinit {
    if case .device(let block) = owner { device.release(block) }
  }

  /// The bytes it takes.
  package var byteCount: Int { format.byteCount(rows: rows, columns: columns) }

  /// Calls `body` with the bytes as products read them, the same on every path; on a device without
  /// ``Device/fileMapping`` it is not called.
  package func withBytes<Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
  ) throws(Failure) {
    try device.fileMapping?.withBytes(at: address, byteCount, body)
    withExtendedLifetime(self) {}
  }

  /// Writes the rows that `indices` name, each in `0..<rows`, into `output`, `[N, C]`.
  package func gather(_ indices: [Int32], into output: Tensor) {
    precondition(
      output.rows == indices.count && output.columns == columns,
      "\(indices.count) rows of \(columns) into \(output.shape)")
    precondition(
      indices.allSatisfy { $0 >= 0 && Int($0) < rows }, "a row outside 0..<\(rows)")
    device.unpack(output, self, rows: indices)
  }

  /// The weights as products see them, in memory of their own.
  package func unpacked() -> Tensor {
    let tensor = Tensor(uninitialized: [rows, columns], on: device)
    gather(Array(0..<Int32(rows)), into: tensor)
    return tensor
  }

  /// c = a · Wᵀ (or a · W when `isTurned`), or c += that.
  func multiply(into c: Tensor, _ a: Tensor, isTurned: Bool, accumulate: Bool) {
    let (inner, outer) = isTurned ? (rows, columns) : (columns, rows)
    precondition(
      a.columns == inner && c.rows == a.rows && c.columns == outer,
      "\(a.shape) by packed [\(rows), \(columns)] into \(c.shape)")
    a.device.multiply(c, a, self, isTurned: isTurned, accumulate: accumulate)
  }

  /// Each c = a · Wᵀ for matrices of as many columns as `a`.
  static func multiply(into outputs: [Tensor], _ a: Tensor, _ matrices: [PackedMatrix]) {
    for (c, matrix) in zip(outputs, matrices) {
      precondition(
        a.columns == matrix.columns && c.rows == a.rows && c.columns == matrix.rows,
        "\(a.shape) by packed [\(matrix.rows), \(matrix.columns)] into \(c.shape)")
    }
    a.device.multiply(outputs, a, matrices)
  }

  /// Each c = a · Wᵀ with the rows of a as integers, which lie in memory of the arena meanwhile.
  static func multiplyIntegers(
    into outputs: [Tensor], _ a: Tensor, _ matrices: [PackedMatrix], in arena: Arena
  ) {
    for (c, matrix) in zip(outputs, matrices) {
      precondition(
        a.columns == matrix.columns && c.rows == a.rows && c.columns == matrix.rows,
        "\(a.shape) by packed [\(matrix.rows), \(matrix.columns)] into \(c.shape)")
    }
    guard let format = matrices.first?.format else { return }
    guard matrices.allSatisfy({ $0.format.sharesIntegers(with: format) }) else {
      for (c, matrix) in zip(outputs, matrices) {
        multiplyIntegers(into: [c], a, [matrix], in: arena)
      }
      return
    }
    let integers = Tensor(
      uninitialized: [a.rows, format.floatsOfIntegers(columns: a.columns)], in: arena)
    a.device.round(integers, a, for: format)
    a.device.multiplyIntegers(outputs, integers, matrices)
  }
}
