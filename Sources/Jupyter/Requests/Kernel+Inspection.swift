import Commands
import Language
import Notebook
import Reporting
import Serialization
import Session
import Terminal

/// What there is to say about the word at the cursor: a variable's value, or a page of help.
extension Kernel {
  /// Answers a request to look at a word.
  func inspect(_ asked: JSONObject) -> JSONObject {
    let text = asked["code"]?.string ?? ""
    let cursor = TextCursor(asked["cursor_pos"], in: text)
    guard let page = page(on: InspectedWord(text, cursor)) else {
      return ["status": "ok", "found": false, "data": [:], "metadata": [:]]
    }
    return [
      "status": "ok", "found": true, "data": ["text/plain": .string(page)], "metadata": [:],
    ]
  }

  private func page(on word: InspectedWord) -> String? {
    if let name = word.name, let value = value(ofVariable: name) { return "\(name) = \(value)" }
    for topic in word.topics {
      if let page = try? ShowHelp.page(topic, runner.session.resources) { return page }
    }
    return nil
  }

  private func value(ofVariable name: String) -> String? {
    Blocking.wait { [runner] in
      guard await runner.knownNames().variables.contains(name) else { return nil }
      let value = try? await runner.evaluate(SourceFile(.cell(0), name), with: [])
      return value.map { VisibleText.of($0.rounded.source) }
    }
  }
}

/// The word at a cursor, and the command that it stands in.
struct InspectedWord {
  /// The word; nil where there is none.
  let name: String?
  /// What help may have a page on, the nearest to the cursor first.
  let topics: [String]

  init(_ text: String, _ cursor: TextCursor) {
    let bytes = Array(text.utf8)
    let isPart = { (byte: UInt8) in
      byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte >= 0x80
        || Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
    }
    let before = bytes[..<min(cursor.bytes, bytes.count)].reversed().prefix(while: isPart).count
    let after = bytes[min(cursor.bytes, bytes.count)...].prefix(while: isPart).count
    let start = cursor.bytes - before
    let word = String(decoding: bytes[start..<(cursor.bytes + after)], as: UTF8.self)
    name = word.isEmpty ? nil : word
    let lineStart =
      bytes[..<start].lastIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: ";") }
      .map { $0 + 1 } ?? 0
    let line = String(decoding: bytes[lineStart...].prefix { $0 != 0x0A }, as: UTF8.self)
    let words = line.split(whereSeparator: \.isWhitespace).prefix(2).map(String.init)
    let command = words.joined(separator: " ")
    // `load model` is a command and `model` in it no topic of its own.
    topics =
      (words.contains(word) ? [command] : []) + (word.isEmpty ? [] : [word]) + words.prefix(1)
  }
}
