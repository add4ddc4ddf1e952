import Serialization
package import Tensors

extension Safetensors {
  /// Writes tensors, sorted by name, in one number format; returns the file's SHA-256.
  ///
  /// The file appears whole or not at all (``AtomicFile``), and the same tensors always give the
  /// same bytes. The header is padded with spaces to a multiple of 8, so that data is aligned.
  ///
  /// - Throws: ``CheckpointError/valueTooLarge(tensor:value:type:)`` when a finite number would
  ///   become infinite, ``CheckpointError/unwritable(tensor:index:value:)`` when one of `weights`,
  ///   which are to be numbers, is none, and what ``AtomicFile`` throws.
  @discardableResult
  package static func write(
    _ tensors: [String: Tensor], as dtype: DType, to path: String,
    metadata: [String: String] = ["format": "pt"], areWeights: Bool = false
  ) throws(CheckpointError) -> String {
    let sorted = tensors.sorted { $0.key < $1.key }
    if areWeights { for (name, tensor) in sorted { try checkFinite(tensor, named: name) } }
    let file = try AtomicFile(path: path)
    try file.write(header(of: sorted, dtype, metadata))
    for (name, tensor) in sorted { try write(tensor, named: name, as: dtype, to: file) }
    return try file.commit()
  }

  private static func checkFinite(
    _ tensor: Tensor, named name: String
  ) throws(CheckpointError) {
    guard let place = tensor.firstNotFinite(in: 0..<tensor.count) else { return }
    throw .unwritable(
      tensor: name, index: tensor.index(of: place),
      value: tensor.elements(place..<place + 1).values[0])
  }

  private static func header(
    of tensors: [(key: String, value: Tensor)], _ dtype: DType, _ metadata: [String: String]
  ) -> [UInt8] {
    var end = 0
    let entries = tensors.map { name, tensor in
      let begin = end
      end += tensor.count * dtype.byteCount
      return Entry(name: name, type: dtype.rawValue, shape: tensor.shape, bytes: begin..<end)
    }
    return header(of: entries, metadata)
  }

  /// The beginning of a file, its length first, of entries whose bytes are counted from its end; with the
  /// header it takes a multiple of `alignment` bytes.
  static func header(
    of entries: [Entry], _ metadata: [String: String], alignment: Int = 8
  ) -> [UInt8] {
    let texts = metadata.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
    var header: JSONObject = ["__metadata__": .object(JSONObject(texts))]
    for entry in entries {
      header[entry.name] = [
        "dtype": .string(entry.type), "shape": .array(entry.shape.map { .integer($0) }),
        "data_offsets": [.integer(entry.bytes.lowerBound), .integer(entry.bytes.upperBound)],
      ]
    }
    var text = Array(JSONValue.object(header).text.utf8)
    let excess = (8 + text.count) % alignment
    text += Array(repeating: UInt8(ascii: " "), count: excess == 0 ? 0 : alignment - excess)
    return (0..<8).map { UInt8(truncatingIfNeeded: text.count >> ($0 * 8)) } + text
  }

  private static func write(
    _ tensor: Tensor, named name: String, as dtype: DType, to file: AtomicFile
  ) throws(CheckpointError) {
    guard dtype != .float32 else {
      var failure: CheckpointError?
      tensor.withHostBytes { bytes in
        do throws(CheckpointError) { try file.write(bytes) } catch { failure = error }
      }
      if let failure { throw failure }
      return
    }
    let pieceCount = 1 << 20
    for start in stride(from: 0, to: tensor.count, by: pieceCount) {
      let range = start..<min(start + pieceCount, tensor.count)
      if dtype == .float16, let value = tensor.firstBeyondFloat16(in: range) {
        throw .valueTooLarge(tensor: name, value: value, type: "float16")
      }
      try file.write(tensor.narrowed(range, to: dtype))
    }
  }
}
