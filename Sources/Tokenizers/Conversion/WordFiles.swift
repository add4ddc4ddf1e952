import Serialization

/// The files of older tokenizers: a list of words, and pairs that merge.
enum WordFiles {
  /// Returns the words of a `vocab.txt`, a line each, with their ids; of two lines with one word the
  /// later counts.
  static func words(_ bytes: [UInt8]) throws(TokenizerError) -> [(String, Int)] {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .malformedLine(file: "vocab.txt", line: 1, expected: "text in UTF-8")
    }
    var lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    var ids: JSONObject = [:]
    for (id, line) in lines.enumerated() {
      var word = line
      while word.last?.properties.isWhitespace == true { word.removeLast() }
      ids[String(word)] = .integer(id)
    }
    return ids.entries.map { ($0.key, $0.value.int ?? 0) }
  }

  /// Returns the tokens of a `vocab.json` with their ids.
  static func vocabulary(_ bytes: [UInt8]) throws(TokenizerError) -> [(String, Int)] {
    let value: JSONValue
    do { value = try JSONValue(parsing: bytes) } catch { throw .notJSON(error) }
    guard let object = value.object else {
      throw .malformed(path: "vocab.json", expected: "an object of tokens and their ids")
    }
    var result: [(String, Int)] = []
    for (token, id) in object.entries {
      guard let id = id.int else {
        throw .malformed(path: "vocab.json[\(token)]", expected: "a whole number")
      }
      result.append((token, id))
    }
    return result
  }

  /// Returns the pairs of a `merges.txt`, a line each, without its head line.
  static func merges(_ bytes: [UInt8]) throws(TokenizerError) -> [(String, String)] {
    var merges: [(String, String)] = []
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let line = line.last == 0x0D ? line.dropLast() : line
      if line.isEmpty || line.starts(with: "#version".utf8) { continue }
      let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw .malformedLine(file: "merges.txt", line: index + 1, expected: "two tokens")
      }
      merges.append(
        (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self)))
    }
    return merges
  }
}
