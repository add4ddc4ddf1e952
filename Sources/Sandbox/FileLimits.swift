import Foundation

/// Which files a script may use that nobody here vouches for.
package struct FileLimits: Sendable {
  /// Folders and files that may be read, links resolved.
  package let readable: [String]
  /// Folders that may be written to, and read, links resolved.
  package let writable: [String]
  /// Folders that may be written to, as they were given.
  package let writableNames: [String]

  /// Limits to folders and files, which need not exist.
  package init(readable: [String], writable: [String]) {
    self.readable = readable.compactMap(Self.resolved)
    self.writable = writable.compactMap(Self.resolved)
    writableNames = writable
  }

  /// Whether a file may be read.
  package func mayRead(_ path: String) -> Bool { Self.isIn(readable + writable, path) }

  /// Whether a file may be made or changed.
  package func mayWrite(_ path: String) -> Bool { Self.isIn(writable, path) }

  private static func isIn(_ folders: [String], _ path: String) -> Bool {
    guard let path = resolved(path) else { return false }
    return folders.contains { path == $0 || path.hasPrefix($0 + "/") }
  }

  /// The path from the root with every link followed, as the system would, also where its last parts do
  /// not exist; nil for what the system would not take as it stands.
  static func resolved(_ path: String) -> String? {
    guard !path.isEmpty, !path.contains("\0") else { return nil }
    let start = path.hasPrefix("/") ? "/" : FileManager.default.currentDirectoryPath
    var (known, isThere) = (real(start) ?? start, true)
    for part in path.split(separator: "/") {
      switch part {
      case ".": continue
      // Behind a part that does not exist there is nothing to go back from.
      case "..": known = parent(of: known)
      default:
        let next = known == "/" ? "/" + part : known + "/" + part
        if isThere, let found = real(next) {
          known = found
        } else {
          (known, isThere) = (next, false)
        }
      }
    }
    return known
  }

  private static func parent(of path: String) -> String {
    let parts = path.split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/")
  }

  private static func real(_ path: String) -> String? {
    guard let found = realpath(path, nil) else { return nil }
    defer { free(found) }
    return String(cString: found)
  }
}
