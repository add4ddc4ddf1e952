import Checkpoints
import Foundation

/// What files and folders hold, as one hash.
enum FolderHash {
  /// The hash of what is at some paths, by name; a path where nothing is counts as that.
  static func of(_ paths: [String]) -> String {
    let lines = paths.flatMap { path in
      let inside = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
      return ([path] + inside.sorted().map { path + "/" + $0 }).map { file in
        "\(file) \((try? ContentHash.ofFile(at: file)) ?? "none")"
      }
    }
    return ContentHash.of(Array(lines.joined(separator: "\n").utf8))
  }
}
