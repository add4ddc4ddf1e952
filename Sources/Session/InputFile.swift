import Checkpoints
import Foundation

/// A file, or a folder's files, that a session read: what a result can be traced back to.
package struct InputFile: Sendable {
  /// `model`, `data`, `adapter` or `tokenizer`.
  package let kind: String
  /// As the user named it.
  package let name: String
  private let files: [(path: String, identity: Identity)]

  /// What tells that a file is not the one that was read.
  private struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
    let stamp: FileStamp

    init(_ path: String) {
      var info = stat()
      // A file that is not there has the identity of nothing, which no other file has.
      _ = stat(path, &info)
      device = UInt64(info.st_dev)
      inode = UInt64(info.st_ino)
      stamp = FileStamp(info)
    }
  }

  /// Notes a file that is being read; of a folder, the files of a model or adapter.
  package init(kind: String, name: String, path: String) {
    self.kind = kind
    self.name = name
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let parts = names.filter { $0.hasSuffix(".safetensors") || $0.hasSuffix(".json") }
    let paths = parts.isEmpty ? [path] : parts.sorted().map { "\(path)/\($0)" }
    files = paths.map { ($0, Identity($0)) }
  }

  /// What tells the files, as they were when they were read, from all others.
  package var identity: String {
    files.map { file in
      let identity = file.identity
      return "\(identity.device)/\(identity.inode)/\(identity.stamp.text)"
    }.joined(separator: " ")
  }

  /// The SHA-256 of what was read, as 64 hexadecimal digits; nil when it has changed since.
  ///
  /// That of several files is the one that `sha256sum *.json *.safetensors | sha256sum` gives in
  /// their folder, names in order. Computed when asked for: large models load no slower for it.
  package var sha256: String? {
    guard files.allSatisfy({ Identity($0.path) == $0.identity }) else { return nil }
    let hashes = files.compactMap { try? ContentHash.ofFile(at: $0.path) }
    guard hashes.count == files.count else { return nil }
    if hashes.count == 1 { return hashes[0] }
    let names = files.map { ($0.path as NSString).lastPathComponent }
    return ContentHash.of(Array(zip(hashes, names).map { "\($0)  \($1)\n" }.joined().utf8))
  }
}
