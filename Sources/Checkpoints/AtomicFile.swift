import Foundation

/// A file that appears whole or not at all.
///
/// It is written beside its target under another name; ``commit()`` flushes it to disk, renames it
/// over the target and flushes the folder. Let go before that, it leaves nothing behind; what a
/// killed writer left, the next one of the same file removes.
package final class AtomicFile {
  /// Where the file will stand.
  package let path: String
  /// How many bytes were written.
  package private(set) var byteCount = 0
  /// Where the bytes are until the file is in its place.
  package let temporaryPath: String
  private let descriptor: Int32
  /// Of what was written; nil when nobody asked.
  private let hash: ContentHash?
  private var isCommitted = false

  /// Begins a file; with `hashing` false its SHA-256 is not worked out.
  ///
  /// - Throws: ``CheckpointError/fileSystem(_:path:errno:)``.
  package init(path: String, hashing: Bool = true) throws(CheckpointError) {
    try checkPath(path, .create)
    self.path = path
    hash = hashing ? ContentHash() : nil
    (temporaryPath, descriptor) = try Unfinished.file(for: path)
  }

  deinit {
    if !isCommitted { _ = uninterrupted { unlink(temporaryPath) } }
    close(descriptor)
  }

  /// Adds bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
    var rest = bytes
    while !rest.isEmpty {
      let count = uninterrupted { Foundation.write(descriptor, rest.baseAddress, rest.count) }
      guard count > 0 else { throw .fileSystem(.write, path: path, errno: errno) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    byteCount += bytes.count
    hash?.add(bytes)
  }

  /// Adds bytes.
  package func write(_ bytes: ArraySlice<UInt8>) throws(CheckpointError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(CheckpointError) in
      try write(UnsafeRawBufferPointer(buffer))
    }
  }

  /// Adds bytes.
  package func write(_ bytes: [UInt8]) throws(CheckpointError) { try write(bytes[...]) }

  /// Puts the file into place and returns its SHA-256 as 64 hexadecimal digits, of what was hashed.
  ///
  /// With `flushing` false the file is whole for every process, but not after a power cut.
  ///
  /// - Throws: ``CheckpointError/fileSystem(_:path:errno:)``. After a failed flush the file counts
  ///   as not written: what a second flush says about lost pages cannot be trusted.
  @discardableResult
  package func commit(flushing: Bool = true) throws(CheckpointError) -> String {
    guard !flushing || uninterrupted({ fsync(descriptor) }) == 0 else {
      throw .fileSystem(.flush, path: path, errno: errno)
    }
    guard uninterrupted({ rename(temporaryPath, path) }) == 0 else {
      throw .fileSystem(.rename, path: path, errno: errno)
    }
    isCommitted = true
    if flushing { try flushFolder(parentFolder(of: path)) }
    if let name = path.split(separator: "/").last {
      Unfinished.clean(String(name), in: parentFolder(of: path))
    }
    return hash?.text ?? ""
  }

  /// Writes a whole file and returns its SHA-256.
  @discardableResult
  package static func write(
    _ bytes: ArraySlice<UInt8>, to path: String
  ) throws(CheckpointError) -> String {
    let file = try AtomicFile(path: path)
    try file.write(bytes)
    return try file.commit()
  }

  /// Writes a whole file and returns its SHA-256.
  @discardableResult
  package static func write(
    _ bytes: [UInt8], to path: String
  ) throws(CheckpointError) -> String { try write(bytes[...], to: path) }
}
