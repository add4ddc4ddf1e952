import Serialization

/// A place in a text, which messages count in Unicode scalars and the language in bytes.
struct TextCursor {
  /// The number of scalars before it.
  let scalars: Int
  /// The number of bytes of UTF-8 before it.
  let bytes: Int

  /// The place that a request names, or the end of the text.
  init(_ position: JSONValue?, in text: String) {
    let before = text.unicodeScalars.prefix(max(0, position?.int ?? .max))
    scalars = before.count
    bytes = String(before).utf8.count
  }

  /// How many scalars the last bytes before the cursor are.
  func scalarCount(ofLast byteCount: Int, in text: String) -> Int {
    let before = text.utf8.prefix(bytes).suffix(byteCount)
    return String(decoding: before, as: UTF8.self).unicodeScalars.count
  }
}
