/// How a file's contents are called in a script.
package enum FileName {
  /// Returns the file's name without folder and ending, with `_` for what cannot stand in a name.
  ///
  /// `data/stories.dev.txt` gives `stories_dev`, `2024-log.csv` gives `_2024_log`.
  package static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let widened = file.hasSuffix(".gz") ? String(file.dropLast(3)) : file
    let stem = widened.lastIndex(of: ".").map { String(widened[..<$0]) } ?? widened
    let name = String(
      stem.unicodeScalars.map { scalar -> Character in
        let isPlain = scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
        return isPlain ? Character(scalar) : "_"
      })
    return name.first?.isNumber ?? true ? "_" + name : name
  }
}
