import Foundation
import Serialization
package import Tensors

/// Weights of a model as kernels read them, in a file that is mapped instead of read.
///
/// It is a safetensors file, whose reader checks every offset: packed matrices are bytes, with format and
/// sizes in the metadata, and come first, so that each is aligned. A hash of all that tells where they
/// lie is kept beside it.
///
/// Unlike a model's own files, which anybody may write into, these are never changed once they have their
/// name, so that mapping them is safe; of the folder, see ``WeightCache``.
package struct PackedWeights {
  private let file: Safetensors
  private let mapped: MappedFile

  private static let keyName = "tunebook.key"
  private static let hashName = "tunebook.table"

  /// Opens a file; nil when it is not a whole one for `key`, or `device` maps none.
  init?(path: String, key: String, on device: any Device) {
    do throws(CheckpointError) { file = try Safetensors(path: path) } catch { return nil }
    guard file.metadata[Self.keyName] == key,
      file.metadata[Self.hashName] == Self.hash(file.metadata, file.entries.map(Self.line)),
      let mapped = file.mapped(on: device)
    else { return nil }
    self.mapped = mapped
  }

  /// The weights of that name, if they are there in this shape.
  package func weights(named name: String, shape: [Int]) -> Weights? {
    guard let entry = file.entry(named: name) else { return nil }
    guard let layout = file.metadata[name] else {
      do throws(CheckpointError) {
        return .dense(try file.tensor(named: name, shape: shape, on: mapped.device))
      } catch { return nil }
    }
    guard shape.count == 2, let format = Self.format(layout, shape),
      entry.bytes.count == format.byteCount(rows: shape[0], columns: shape[1])
    else { return nil }
    return PackedMatrix(
      format, rows: shape[0], columns: shape[1], at: entry.bytes.lowerBound, of: mapped
    ).map { .packed($0) }
  }

  // MARK: Metadata

  private static func layout(_ matrix: PackedMatrix) -> String {
    "\(matrix.format.rawValue) \(matrix.rows) \(matrix.columns)"
  }

  /// The format of a matrix of that shape.
  private static func format(_ layout: String, _ shape: [Int]) -> WeightFormat? {
    let words = layout.split(separator: " ")
    guard words.count == 3, words.dropFirst().map({ Int($0) }) == shape else { return nil }
    return WeightFormat(rawValue: String(words[0]))
  }

  private static func line(_ entry: Safetensors.Entry) -> String {
    "\(entry.name) \(entry.type) \(entry.shape) \(entry.bytes.count)"
  }

  /// The hash of the metadata and of what lies where.
  private static func hash(_ metadata: [String: String], _ lines: [String]) -> String {
    let texts = metadata.filter { $0.key != hashName }.sorted { $0.key < $1.key }
      .map { "\($0.key)=\($0.value)" }
    return ContentHash.of(Array((texts + lines).joined(separator: "\n").utf8))
  }

  // MARK: Writing

  /// What ``write(_:key:to:flushing:)`` writes beside a header, in bytes.
  static func byteCount(_ weights: [(name: String, weights: Weights)]) -> Int {
    weights.reduce(0) { $0 + $1.weights.byteCount }
  }

  /// Writes the weights of a model to `path`, where they appear whole or not at all.
  ///
  /// - Parameters:
  ///   - weights: those of each name, on a device that maps files.
  ///   - key: what they follow from.
  ///   - path: where to.
  ///   - isFlushed: whether to wait until they would outlast a power cut.
  /// - Throws: ``CheckpointError/fileSystem(_:path:errno:)``.
  static func write(
    _ weights: [(name: String, weights: Weights)], key: String, to path: String,
    flushing isFlushed: Bool
  ) throws(CheckpointError) {
    // Packed matrices take whole lines of 64 bytes each.
    let ordered =
      weights.filter { $0.weights.isPacked } + weights.filter { !$0.weights.isPacked }
    let file = try AtomicFile(path: path, hashing: false)
    try file.write(header(ordered, key))
    for (_, weights) in ordered {
      switch weights {
      case .packed(let matrix):
        try matrix.withBytes { (bytes) throws(CheckpointError) in try file.write(bytes) }
      case .dense(let tensor):
        try file.write(tensor.narrowed(0..<tensor.count, to: .float32))
      }
    }
    try file.commit(flushing: isFlushed)
  }

  private static func header(
    _ weights: [(name: String, weights: Weights)], _ key: String
  ) -> [UInt8] {
    var metadata = [keyName: key]
    var entries: [Safetensors.Entry] = []
    var end = 0
    for (name, weights) in weights {
      let bytes = end..<end + weights.byteCount
      end = bytes.upperBound
      switch weights {
      case .packed(let matrix):
        metadata[name] = layout(matrix)
        entries.append(.init(name: name, type: "U8", shape: [bytes.count], bytes: bytes))
      case .dense(let tensor):
        entries.append(.init(name: name, type: "F32", shape: tensor.shape, bytes: bytes))
      }
    }
    metadata[hashName] = hash(metadata, entries.map(line))
    return Safetensors.header(of: entries, metadata, alignment: pageByteCount)
  }

  private static let pageByteCount = 4096
}

extension Weights {
  fileprivate var isPacked: Bool {
    if case .packed = self { true } else { false }
  }
}
