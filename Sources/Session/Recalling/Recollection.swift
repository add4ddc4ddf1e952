import Checkpoints
import Foundation
import Synchronization

/// What earlier sessions worked out, in a folder, each thing by a hash of all that it follows from: whoever
/// comes back to a lesson need not wait for the same trainings again.
///
/// Nothing of it is needed. What is missing, damaged or of another program is worked out anew.
package final class Recollection: Sendable {
  /// The bytes that all of it may take, that of other lessons included; what was not used for longest
  /// goes first.
  package static let usualByteLimit = 256 << 20

  private let folder: String
  private let limit: Int
  private let state = Mutex(State())

  private struct State {
    var isRecalling = false
    var tellMiss: @Sendable () -> Void = {}
  }

  /// - Parameters:
  ///   - folder: where it is kept; those of other lessons lie beside it.
  ///   - limit: the bytes that all folders beside it may take together.
  package init(folder: String, limit: Int = Recollection.usualByteLimit) {
    (self.folder, self.limit) = (folder, limit)
  }

  /// Whether what is known is taken; else it is worked out again, for whoever watches, and kept.
  package var isRecalling: Bool { state.withLock { $0.isRecalling } }

  /// Takes what is known from now on.
  ///
  /// - Parameter tellMiss: told once, when something that takes long is not known.
  package func recall(tellMiss: @escaping @Sendable () -> Void = {}) {
    state.withLock { $0 = State(isRecalling: true, tellMiss: tellMiss) }
  }

  /// Works everything out from now on.
  package func stopRecalling() { state.withLock { $0 = State() } }

  /// Notes that something which takes long is not known.
  func noteMiss() {
    let tell = state.withLock { state in
      defer { state.tellMiss = {} }
      return state.tellMiss
    }
    tell()
  }

  // MARK: What is kept

  /// The key of what follows from these facts and from this program, whose file tells it from all others.
  package func key(_ facts: [String: String]) -> String {
    let lines =
      [Version.build] + facts.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return ContentHash.of(Array(lines.joined(separator: "\n").utf8))
  }

  /// Where what has this key is, or would be.
  func path(of key: String) -> String { folder + "/" + key }

  /// The bytes that were kept under a key; nil when there are none, or not those that were written.
  package func bytes(of key: String) -> [UInt8]? {
    guard let data = FileManager.default.contents(atPath: path(of: key)) else { return nil }
    let all = [UInt8](data)
    guard let end = all.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
    let bytes = Array(all[(end + 1)...])
    guard String(decoding: all[..<end], as: UTF8.self) == ContentHash.of(bytes) else { return nil }
    noteUse(of: key)
    return bytes
  }

  /// Keeps bytes under a key; that they cannot be written stops nothing.
  package func keep(_ bytes: [UInt8], as key: String) {
    let head = Array((ContentHash.of(bytes) + "\n").utf8)
    try? makeFolder(folder)
    _ = try? AtomicFile.write(head + bytes, to: path(of: key))
    makeRoom()
  }

  /// Forgets what has a key.
  func forget(_ key: String) { try? FileManager.default.removeItem(atPath: path(of: key)) }

  /// Forgets everything that is kept in this folder.
  package func forgetAll() { try? FileManager.default.removeItem(atPath: folder) }

  /// Notes that what has a key was used now.
  func noteUse(of key: String) {
    try? FileManager.default.setAttributes(
      [.modificationDate: Date()], ofItemAtPath: path(of: key))
  }

  // MARK: Room

  /// Lets go what was not used for longest, until the rest is within the limit.
  func makeRoom() {
    let shelf = (folder as NSString).deletingLastPathComponent
    var things = names(in: shelf).flatMap { lesson in
      names(in: "\(shelf)/\(lesson)").filter(Self.isKey)
        .map { Thing(path: "\(shelf)/\(lesson)/\($0)") }
    }
    things.sort { ($0.lastUse, $0.path) < ($1.lastUse, $1.path) }
    var byteCount = things.reduce(0) { $0 + $1.byteCount }
    for thing in things where byteCount > limit {
      try? FileManager.default.removeItem(atPath: thing.path)
      byteCount -= thing.byteCount
    }
  }

  /// Whether a name is one that ``key(_:)`` gives: nothing else is removed, wherever this is.
  private static func isKey(_ name: String) -> Bool {
    name.utf8.count == 64 && name.allSatisfy(\.isHexDigit)
  }

  private func names(in folder: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  }

  /// A file, or a folder of files, that is kept under a key.
  private struct Thing {
    let path: String
    let lastUse: Date
    let byteCount: Int

    init(path: String) {
      self.path = path
      lastUse = Self.attributes(path)[.modificationDate] as? Date ?? .distantPast
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      byteCount = ([path] + names.map { "\(path)/\($0)" })
        .reduce(0) { $0 + (Self.attributes($1)[.size] as? Int ?? 0) }
    }

    private static func attributes(_ path: String) -> [FileAttributeKey: Any] {
      (try? FileManager.default.attributesOfItem(atPath: path)) ?? [:]
    }
  }
}
