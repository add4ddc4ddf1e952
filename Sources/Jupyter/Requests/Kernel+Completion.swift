import Commands
import Language
import Notebook
import Serialization

/// What may stand at the cursor, as Tab at the prompt offers it.
extension Kernel {
  /// Answers a request for completions.
  func complete(_ asked: JSONObject) -> JSONObject {
    let text = asked["code"]?.string ?? ""
    let cursor = TextCursor(asked["cursor_pos"], in: text)
    let (words, kinds, replacedBytes) = offers(text, cursor)
    let start = cursor.scalars - cursor.scalarCount(ofLast: replacedBytes, in: text)
    let end = cursor.scalars
    var metadata: JSONObject = [:]
    if let kinds {
      metadata["_jupyter_types_experimental"] = .array(
        zip(words, kinds).map { word, kind in
          [
            "text": .string(word), "type": .string(kind), "start": .integer(start),
            "end": .integer(end),
          ]
        })
    }
    return [
      "status": "ok", "matches": .array(words.map { .string($0) }), "cursor_start": .integer(start),
      "cursor_end": .integer(end), "metadata": .object(metadata),
    ]
  }

  /// The words, what sort each is, if that is known, and how many bytes they take the place of.
  private func offers(
    _ text: String, _ cursor: TextCursor
  ) -> (words: [String], kinds: [String]?, replacedBytes: Int) {
    let before = String(decoding: text.utf8.prefix(cursor.bytes), as: UTF8.self)
    if KernelWord(before) != nil {
      let isBegun = KernelWord.clearName.hasPrefix(before)
      return (isBegun ? [KernelWord.clearName] : [], nil, isBegun ? before.utf8.count : 0)
    }
    let known = Blocking.wait { [runner] in await runner.knownNames() }
    switch EntryCompletion(text, cursor: cursor.bytes, commands: CommandList.table, known: known) {
    case .files(let offer): return (offer.names, nil, offer.replacedBytes)
    case .words(let words, let replacedBytes):
      return (words.map(\.text), words.map(\.kind.rawValue), replacedBytes)
    }
  }
}
