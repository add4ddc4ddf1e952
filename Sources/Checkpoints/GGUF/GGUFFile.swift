import Foundation
import Tensors

/// A GGUF file: settings, then a list of tensors, then their bytes.
///
/// All that precedes the tensors' bytes is checked when the file is opened, before anything is
/// allocated for it: counts and lengths against the file's size, types, names that come twice, sizes
/// whose product overflows, and offsets, which must follow one another without overlap or hole.
///
/// Source: ggml, `docs/gguf.md`.
package struct GGUFFile: Sendable {
  /// One tensor of the file.
  package struct Entry: Hashable, Sendable {
    /// As the file has it; the names of a file differ.
    package let name: String
    /// What its numbers are kept as.
    package let type: GGUFTensorType
    /// The sizes, outermost first, which is the other way around than in the file.
    package let shape: [Int]
    /// The bytes it takes, counted from the file's beginning.
    package let bytes: Range<Int>
  }

  /// The settings by their keys.
  package private(set) var settings: [String: GGUFValue]
  /// The tensors in the order of their bytes.
  package let entries: [Entry]
  private let file: OpenFile

  /// Opens a file and checks its header.
  package init(path: String) throws(CheckpointError) {
    file = try OpenFile(path: path)
    let header = try GGUFHeader(of: file)
    settings = header.settings
    entries = header.entries
  }

  /// This file without its settings, whose vocabulary takes memory.
  var withoutSettings: GGUFFile {
    var file = self
    file.settings = [:]
    return file
  }

  /// Where the file is.
  package var path: String { file.path }

  /// Refuses a file that was written to since it was opened.
  func checkUnchanged() throws(CheckpointError) { try file.checkUnchanged() }

  /// What tells the file from others, as it is now; nil when the system does not say.
  var identity: FileIdentity? { file.identity }

  /// Reads rows of a tensor as the file has them; a row is a run of the last dimension.
  func bytes(_ rows: Range<Int>, of entry: Entry) throws(CheckpointError) -> [UInt8] {
    let rowBytes = entry.rowCount == 0 ? 0 : entry.bytes.count / entry.rowCount
    return try file.bytes(
      rows.count * rowBytes, at: entry.bytes.lowerBound + rows.lowerBound * rowBytes,
      for: entry.name)
  }

  /// Reads a tensor onto a device, widened to float32 as gguf-py's `dequantize` does; output row i
  /// is row `order[i]` of the file where there is an order.
  ///
  /// - Throws: `unreadableType` and ``CheckpointError/notFinite(tensor:path:index:value:)`` among
  ///   others.
  func tensor(
    _ entry: Entry, order: [Int32]? = nil, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    try checkReadable(entry)
    let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    guard entry.count <= memory / 4 else {
      throw .tensorTooLarge(tensor: entry.name, byteCount: 4 * entry.count, memory: memory)
    }
    let tensor = Tensor(uninitialized: entry.shape, on: device)
    let width = entry.count / max(1, entry.rowCount)
    // Whole rows, about 2 MiB of numbers at a time.
    let step = order == nil ? max(1, Self.pieceCount / max(1, width)) : entry.rowCount
    for start in stride(from: 0, to: entry.rowCount, by: max(1, step)) {
      let rows = start..<min(start + step, entry.rowCount)
      let bytes = try bytes(rows, of: entry)
      let elements = tensor.elements(rows.lowerBound * width..<rows.upperBound * width)
      device.withMutableHostElements(of: elements) { (out) throws(Never) in
        widen(bytes, entry.type, width: width, order: order, into: out)
      }
      let range = rows.lowerBound * width..<rows.upperBound * width
      if let place = tensor.firstNotFinite(in: range) {
        throw .notFinite(
          tensor: entry.name, path: path, index: tensor.index(of: place),
          value: tensor.elements(place..<place + 1).values[0])
      }
    }
    return tensor
  }

  /// Reads all numbers of a small tensor on the host.
  func numbers(_ entry: Entry) throws(CheckpointError) -> [Float] {
    try checkReadable(entry)
    let bytes = try bytes(0..<entry.rowCount, of: entry)
    var numbers = [Float](repeating: 0, count: entry.count)
    numbers.withUnsafeMutableBufferPointer { out in
      bytes.withUnsafeBytes { entry.type.widen($0, into: out) }
    }
    return numbers
  }

  private func checkReadable(_ entry: Entry) throws(CheckpointError) {
    guard !entry.type.isReadable else { return }
    throw .gguf(path: path, .unreadableType(tensor: entry.name, type: entry.type.name))
  }

  private static let pieceCount = 1 << 19

  private func widen(
    _ bytes: [UInt8], _ type: GGUFTensorType, width: Int, order: [Int32]?,
    into out: UnsafeMutableBufferPointer<Float>
  ) {
    bytes.withUnsafeBytes { bytes in
      guard let order else { return type.widen(bytes, into: out) }
      let rowBytes = bytes.count / max(1, order.count)
      for (row, source) in order.enumerated() {
        // Safety: an order has as many rows as the tensor, each of them in it.
        let from = Int(source) * rowBytes
        type.widen(
          UnsafeRawBufferPointer(rebasing: bytes[from..<from + rowBytes]),
          into: UnsafeMutableBufferPointer(rebasing: out[row * width..<(row + 1) * width]))
      }
    }
  }

  /// Reads a matrix whose type is packed as it is, laid out for products.
  ///
  /// - Throws: ``CheckpointError/notFinite(tensor:path:index:value:)`` among others.
  func packed(
    _ entry: Entry, as format: WeightFormat, order: [Int32]? = nil, on device: any Device
  ) throws(CheckpointError) -> PackedMatrix {
    let packed = try PackedMatrix(
      blocksOf: format, rows: entry.rowCount, columns: entry.shape.last ?? 1, order: order,
      on: device
    ) { (rows) throws(CheckpointError) in try bytes(rows, of: entry) }
    if let packed { return packed }
    // A scale is not finite: reading the numbers tells where.
    _ = try tensor(entry, on: device)
    throw .gguf(path: path, .badTensor(name: entry.name, reason: "has a scale that is not finite"))
  }
}

extension GGUFFile.Entry {
  /// The tensor at `index` of the first dimension, as a tensor of its own; all of it where that is nil.
  ///
  /// Its rows are whole ones, and so its bytes are whole blocks.
  func member(_ index: Int?) -> GGUFFile.Entry {
    guard let index, shape.count > 1 else { return self }
    precondition(index < shape[0], "member \(index) of \(shape)")
    let size = bytes.count / shape[0]
    let start = bytes.lowerBound + index * size
    return GGUFFile.Entry(
      name: name, type: type, shape: Array(shape.dropFirst()), bytes: start..<start + size)
  }

  /// How many numbers there are.
  var count: Int { shape.reduce(1, *) }

  /// How many rows of the last dimension there are.
  var rowCount: Int { shape.dropLast().reduce(1, *) }
}
