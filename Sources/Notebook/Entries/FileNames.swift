import Foundation

/// The names of files that begin as a text does, and of bundled ones.
package struct FileNames {
  /// Names that could stand before the cursor.
  package struct Offer: Hashable, Sendable {
    /// In the order to show them.
    package var names: [String]
    /// How many bytes of UTF-8 before the cursor a name takes the place of.
    package var replacedBytes: Int
  }

  /// Names that stand for files elsewhere.
  private let bundled: [String]

  package init(bundled: [String] = []) { self.bundled = bundled }

  /// What could stand for `path`; after the only name comes the quote that ends it, if any.
  package func completions(of path: String, closing quote: String? = nil) -> Offer {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    let start = path.dropFirst(folder.count)
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: folder.isEmpty ? "." : folder)
    let matching = (names ?? []).filter { name in
      name.hasPrefix(start) && (start.hasPrefix(".") || !name.hasPrefix("."))
    }
    var candidates = matching.map { name -> String in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: folder + name, isDirectory: &isFolder)
      return isFolder.boolValue ? name + "/" : name
    }
    if folder.isEmpty {
      candidates += bundled.filter { $0.hasPrefix(start) && !candidates.contains($0) }
    }
    if candidates.count == 1, !candidates[0].hasSuffix("/") { candidates[0] += quote ?? "" }
    return Offer(names: candidates.sorted(), replacedBytes: start.utf8.count)
  }

  /// What could stand for a name whose quotes were forgotten: the same, with quotes.
  func quoted(_ path: String) -> Offer {
    let found = completions(of: path, closing: "\"")
    let kept = path.utf8.count - found.replacedBytes
    let folder = String(decoding: path.utf8.prefix(kept), as: UTF8.self)
    return Offer(
      names: found.names.map { "\"" + folder + $0 }, replacedBytes: path.utf8.count)
  }
}
