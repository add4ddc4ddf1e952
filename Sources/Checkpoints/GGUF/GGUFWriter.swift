package import Tensors

/// A GGUF file to be written: what it says, and the tensors that it holds.
///
/// Source: github.com/ggml-org/ggml, docs/gguf.md, version 3 of the format.
package struct GGUFWriter: Sendable {
  /// A value of the file's settings.
  package enum Value: Hashable, Sendable {
    case text(String)
    /// Written with 32 bits, without a sign.
    case integer(Int)
    /// Written as a float32.
    case number(Double)
    case flag(Bool)
    case texts([String])
    /// Written with 32 bits each.
    case integers([Int])
    case numbers([Float])
    case flags([Bool])
    case bytes([UInt8])
  }

  /// A tensor of the file.
  package struct Entry: Hashable, Sendable {
    /// What it is called in the file.
    package let name: String
    /// The sizes, outermost first, as everywhere here; files have them the other way round.
    package let shape: [Int]
    /// How its numbers are kept.
    package let type: GGUFTensorType

    package init(name: String, shape: [Int], type: GGUFTensorType) {
      (self.name, self.shape, self.type) = (name, shape, type)
    }

    /// The bytes that it takes.
    var byteCount: Int { type.byteCount(of: shape.reduce(1, *)) ?? 0 }
  }

  /// What the file says, in its order.
  package var settings: [(key: String, value: Value)] = []
  /// The tensors, in the order of their bytes.
  package var entries: [Entry] = []

  package init() {}

  /// Data begins, and each tensor, at a multiple of so many bytes.
  private static let alignment = 32

  /// Writes the file beside its place; `commit()` puts it there.
  ///
  /// - Parameters:
  ///   - path: where.
  ///   - tensor: gives the numbers of an entry, one after the other.
  /// - Returns: the file, complete.
  /// - Throws: ``CheckpointError/unwritable(tensor:index:value:)`` for what is no number,
  ///   ``CheckpointError/valueTooLarge(tensor:value:type:)``, and what writing throws.
  package func stage(
    to path: String, tensor: (Entry) throws(CheckpointError) -> Tensor
  ) throws(CheckpointError) -> AtomicFile {
    let file = try AtomicFile(path: path)
    try file.write(header)
    for entry in entries {
      let tensor = try tensor(entry)
      precondition(tensor.shape == entry.shape, "\(entry.name) \(entry.shape), not \(tensor.shape)")
      try Self.checkFinite(tensor, of: entry)
      try Self.write(tensor, of: entry, to: file)
      try file.write(Self.padding(after: entry.byteCount))
    }
    return file
  }

  /// All that comes before the data.
  private var header: [UInt8] {
    var bytes = GGUFBytes()
    bytes.append(Array("GGUF".utf8))
    bytes.append(UInt32(3))
    bytes.append(UInt64(entries.count))
    bytes.append(UInt64(settings.count))
    for (key, value) in settings {
      bytes.append(key)
      bytes.append(value)
    }
    var offset = 0
    for entry in entries {
      bytes.append(entry.name)
      bytes.append(UInt32(entry.shape.count))
      for size in entry.shape.reversed() { bytes.append(UInt64(size)) }
      bytes.append(entry.type.rawValue)
      bytes.append(UInt64(offset))
      offset += entry.byteCount
      offset += Self.padding(after: entry.byteCount).count
    }
    return bytes.bytes + Self.padding(after: bytes.bytes.count)
  }

  private static func padding(after count: Int) -> [UInt8] {
    Array(repeating: 0, count: (alignment - count % alignment) % alignment)
  }

  private static func checkFinite(
    _ tensor: Tensor, of entry: Entry
  ) throws(CheckpointError) {
    guard let place = tensor.firstNotFinite(in: 0..<tensor.count) else { return }
    throw .unwritable(
      tensor: entry.name, index: tensor.index(of: place),
      value: tensor.elements(place..<place + 1).values[0])
  }

  /// Elements that are encoded at a time: a whole number of blocks of every type.
  private static let pieceCount = 1 << 20

  private static func write(
    _ tensor: Tensor, of entry: Entry, to file: AtomicFile
  ) throws(CheckpointError) {
    for start in stride(from: 0, to: tensor.count, by: pieceCount) {
      let range = start..<min(start + pieceCount, tensor.count)
      if entry.type == .f16, let value = tensor.firstBeyondFloat16(in: range) {
        throw .valueTooLarge(tensor: entry.name, value: value, type: "float16")
      }
      try file.write(entry.type.encoded(range, of: tensor))
    }
  }
}

/// The bytes of a GGUF file's head as they grow: little-endian, texts after their length.
struct GGUFBytes {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ more: [UInt8]) { bytes += more }

  mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  mutating func append(_ text: String) {
    append(UInt64(text.utf8.count))
    bytes += text.utf8
  }

  /// The number of a value's type, then the value.
  mutating func append(_ value: GGUFWriter.Value) {
    switch value {
    case .integer(let number):
      append(UInt32(4))
      append(UInt32(clamping: number))
    case .number(let number):
      append(UInt32(6))
      append(Float(number).bitPattern)
    case .flag(let flag):
      append(UInt32(7))
      append(UInt8(flag ? 1 : 0))
    case .text(let text):
      append(UInt32(8))
      append(text)
    case .texts(let texts): appendList(of: 8, texts) { $0.append($1) }
    case .integers(let numbers): appendList(of: 5, numbers) { $0.append(Int32(clamping: $1)) }
    case .numbers(let numbers): appendList(of: 6, numbers) { $0.append($1.bitPattern) }
    case .flags(let flags): appendList(of: 7, flags) { $0.append(UInt8($1 ? 1 : 0)) }
    case .bytes(let values): appendList(of: 0, values) { $0.append($1) }
    }
  }

  private mutating func appendList<Element>(
    of type: UInt32, _ elements: [Element], _ append: (inout GGUFBytes, Element) -> Void
  ) {
    self.append(UInt32(9))
    self.append(type)
    self.append(UInt64(elements.count))
    for element in elements { append(&self, element) }
  }
}
