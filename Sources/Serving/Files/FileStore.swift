import Checkpoints
import Foundation
import Serialization

/// The files of a service: each has its bytes, and beside them what is known of it.
actor FileStore {
  private let folder: String
  private var files: [String: StoredFile]

  /// The largest file, in bytes.
  static let sizeLimit = 512 << 20

  /// Opens a folder, which is made when it is not there.
  ///
  /// - Throws: `CheckpointError` when it cannot be used.
  init(folder: String) throws {
    self.folder = folder
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    var files: [String: StoredFile] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder)
    where name.hasSuffix(".json") {
      guard let bytes = FileManager.default.contents(atPath: folder + "/" + name),
        let value = try? JSONValue(parsing: Array(bytes)), let file = StoredFile(value),
        FileManager.default.fileExists(atPath: folder + "/" + file.storedName)
      else { continue }
      files[file.id] = file
    }
    self.files = files
  }

  /// Where a file's bytes are.
  nonisolated func path(of file: StoredFile) -> String { folder + "/" + file.storedName }

  /// All files, the oldest first.
  var all: [StoredFile] {
    forgetExpired()
    return files.values.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
  }

  /// A file by its name.
  func file(_ id: String, param: String = "file_id") throws(APIError) -> StoredFile {
    forgetExpired()
    guard let file = files[id] else { throw .notFound("File object", id, param: param) }
    return file
  }

  /// Keeps a file; its bytes are written before anything speaks of it.
  func add(
    _ bytes: ArraySlice<UInt8>, name: String, purpose: StoredFile.Purpose, secondsToLive: Int? = nil
  ) throws -> StoredFile {
    let now = secondsNow()
    let file = StoredFile(
      id: Identifier.new("file-"), name: name, byteCount: bytes.count, createdAt: now,
      expiresAt: secondsToLive.map { now + $0 }, purpose: purpose)
    try AtomicFile.write(bytes, to: path(of: file))
    try AtomicFile.write(Array(file.json.text.utf8), to: "\(folder)/\(file.id).json")
    files[file.id] = file
    return file
  }

  /// Removes a file.
  func remove(_ id: String) throws(APIError) {
    let file = try file(id)
    files[id] = nil
    for path in ["\(folder)/\(file.id).json", path(of: file)] {
      try? FileManager.default.removeItem(atPath: path)
    }
  }

  private func forgetExpired() {
    let now = secondsNow()
    for file in files.values where file.expiresAt.map({ $0 <= now }) ?? false {
      try? remove(file.id)
    }
  }
}
