import Foundation
package import Tensors

/// A safetensors file: a header that names tensors, then their bytes.
///
/// All of the header is checked when the file is opened: the length, the JSON, names, types,
/// shapes and offsets, which must cover the data without overlap or hole. It is stricter than the
/// reference reader, which takes the last of two tensors of one name, unknown fields and any name.
///
/// Source: github.com/huggingface/safetensors, README, "Format".
package struct Safetensors: Sendable {
  /// One tensor of the file.
  package struct Entry: Hashable, Sendable {
    /// As the file has it; the names of a file differ.
    package let name: String
    /// The type as the file names it, such as `BF16`.
    package let type: String
    /// The sizes, outermost first; none of them for a single number.
    package let shape: [Int]
    /// The bytes it takes, counted from the file's beginning.
    package let bytes: Range<Int>
  }

  /// Longest header that is read; real ones stay far below (the format itself allows 100 MB).
  package static let headerLimit = 25_000_000
  /// Most keys that a header may have, four for each tensor: 100,000 tensors in one file.
  package static let keyLimit = 400_000

  /// The texts of `__metadata__`.
  package let metadata: [String: String]
  /// The tensors in the order of their bytes.
  package let entries: [Entry]
  private let file: OpenFile
  private let places: [String: Int]

  /// Opens a file and checks its header.
  package init(path: String) throws(CheckpointError) {
    file = try OpenFile(path: path)
    let header = try SafetensorsHeader(of: file)
    metadata = header.metadata
    entries = header.entries
    places = header.places
  }

  /// Where the file is.
  package var path: String { file.path }

  /// The names of all tensors, sorted.
  package var names: [String] { entries.map(\.name).sorted() }

  /// The tensor of that name, unread.
  package func entry(named name: String) -> Entry? { places[name].map { entries[$0] } }

  /// Refuses a file that was written to since it was opened.
  func checkUnchanged() throws(CheckpointError) { try file.checkUnchanged() }

  /// What tells the file from others, as it is now; nil when the system does not say.
  var identity: FileIdentity? { file.identity }

  /// The whole file where a device reads it; nil where none does.
  func mapped(on device: any Device) -> MappedFile? { file.mapped(on: device) }

  /// Reads a tensor onto a device, widened to float32.
  ///
  /// - Throws: ``CheckpointError/missingTensor(name:path:)``,
  ///   ``CheckpointError/wrongShape(tensor:path:found:expected:)`` when `expected` is another,
  ///   ``CheckpointError/unsupportedType(tensor:path:type:)``,
  ///   ``CheckpointError/notFinite(tensor:path:index:value:)`` for `weights`, which are to be
  ///   numbers, and what reading throws.
  package func tensor(
    named name: String, shape expected: [Int]? = nil, areWeights: Bool = false,
    on device: any Device
  ) throws(CheckpointError) -> Tensor {
    guard let entry = entry(named: name) else { throw .missingTensor(name: name, path: path) }
    guard expected == nil || expected == entry.shape else {
      throw .wrongShape(
        tensor: name, path: path, found: entry.shape, expected: expected ?? entry.shape)
    }
    guard let dtype = DType(rawValue: entry.type) else {
      throw .unsupportedType(tensor: name, path: path, type: entry.type)
    }
    let whole = TensorPart(shape: entry.shape, start: 0)
    return try read(whole, of: entry, dtype, areWeights: areWeights, on: device)
  }

  /// Reads a part of a tensor of the shape `expected` as ``tensor(named:shape:areWeights:on:)`` does
  /// a whole one; the part lies within that shape.
  package func tensor(
    _ part: TensorPart, of name: String, shape expected: [Int], on device: any Device
  ) throws(CheckpointError) -> Tensor {
    guard let entry = entry(named: name) else { throw .missingTensor(name: name, path: path) }
    guard expected == entry.shape else {
      throw .wrongShape(tensor: name, path: path, found: entry.shape, expected: expected)
    }
    guard let dtype = DType(rawValue: entry.type) else {
      throw .unsupportedType(tensor: name, path: path, type: entry.type)
    }
    return try read(part, of: entry, dtype, areWeights: true, on: device)
  }

  /// Elements that are read before they are widened: 2 MiB at a time.
  private static let pieceCount = 1 << 20

  private func read(
    _ part: TensorPart, of entry: Entry, _ dtype: DType, areWeights: Bool, on device: any Device
  ) throws(CheckpointError) -> Tensor {
    let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    guard 4 * part.count <= memory else {
      throw .tensorTooLarge(tensor: entry.name, byteCount: 4 * part.count, memory: memory)
    }
    let tensor = Tensor(uninitialized: part.shape, on: device)
    for start in stride(from: 0, to: tensor.count, by: Self.pieceCount) {
      let range = start..<min(start + Self.pieceCount, tensor.count)
      try read(range, from: part.start, of: entry, dtype, into: tensor)
      // A piece at a time, while it is in the cache.
      if areWeights, let place = tensor.firstNotFinite(in: range) {
        throw .notFinite(
          tensor: entry.name, path: path, index: tensor.index(of: place),
          value: tensor.elements(place..<place + 1).values[0])
      }
    }
    return tensor
  }

  /// Reads the elements `range` of `tensor`, which begins at the element `start` of the file's.
  private func read(
    _ range: Range<Int>, from start: Int, of entry: Entry, _ dtype: DType, into tensor: Tensor
  ) throws(CheckpointError) {
    guard dtype != .float32 else {
      // The header's check made the byte count that of the shape.
      let offset = entry.bytes.lowerBound + (start + range.lowerBound) * dtype.byteCount
      let elements = tensor.elements(range)
      try tensor.device.withMutableHostElements(of: elements) {
        (elements) throws(CheckpointError) in
        try file.read(into: UnsafeMutableRawBufferPointer(elements), at: offset, for: entry.name)
      }
      return
    }
    let inFile = start + range.lowerBound..<start + range.upperBound
    try bytes(inFile, of: entry, dtype).withUnsafeBytes {
      tensor.widen($0, from: dtype, into: range)
    }
  }

  /// Reads the elements `range` of a tensor as the file has them.
  private func bytes(
    _ range: Range<Int>, of entry: Entry, _ dtype: DType
  ) throws(CheckpointError) -> [UInt8] {
    let offset = entry.bytes.lowerBound + range.lowerBound * dtype.byteCount
    return try file.bytes(range.count * dtype.byteCount, at: offset, for: entry.name)
  }

  /// The bytes of a tensor as they lie in the file.
  func bytes(of entry: Entry) throws(CheckpointError) -> [UInt8] {
    try file.bytes(entry.bytes.count, at: entry.bytes.lowerBound, for: entry.name)
  }

  /// Some of them, counted from the tensor's first.
  func bytes(_ range: Range<Int>, of entry: Entry) throws(CheckpointError) -> [UInt8] {
    try file.bytes(range.count, at: entry.bytes.lowerBound + range.lowerBound, for: entry.name)
  }

  /// Whether two tensors, of this file or another, have the same shape and the same numbers.
  ///
  /// What is not a number is equal to nothing. Both are read a piece at a time, up to the first
  /// difference.
  static func areEqual(
    _ one: (file: Safetensors, name: String), _ other: (file: Safetensors, name: String)
  ) throws(CheckpointError) -> Bool {
    guard let first = one.file.entry(named: one.name),
      let second = other.file.entry(named: other.name), first.shape == second.shape,
      let firstType = DType(rawValue: first.type), let secondType = DType(rawValue: second.type)
    else { return false }
    let count = first.bytes.count / firstType.byteCount
    for start in stride(from: 0, to: count, by: pieceCount) {
      let range = start..<min(start + pieceCount, count)
      let one = try one.file.numbers(range, of: first, firstType)
      guard one == (try other.file.numbers(range, of: second, secondType)) else { return false }
    }
    return true
  }

  /// Reads the elements `range` of a tensor on the host, widened.
  func numbers(
    _ range: Range<Int>, of entry: Entry, _ dtype: DType
  ) throws(CheckpointError) -> [Float] {
    let piece = try bytes(range, of: entry, dtype)
    return piece.withUnsafeBytes { bytes in
      (0..<range.count).map { index in
        // Safety: the piece has `byteCount` bytes for each index.
        switch dtype {
        case .float32:
          Float(bitPattern: bytes.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
        case .bfloat16:
          Float(
            bitPattern: UInt32(bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self))
              << 16)
        case .float16:
          Float(
            Float16(bitPattern: bytes.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)))
        }
      }
    }
  }
}
