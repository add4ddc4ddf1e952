import Tokenizers

/// A prompt, and several answers to be told apart, as tokens.
package struct EncodedAnswers: Hashable, Sendable {
  /// What all answers have before them.
  package let prompt: [Int32]
  /// What the model would have to write for each; a token that begins in the prompt's text and goes
  /// on into an answer belongs to the answers.
  package let answers: [[Int32]]

  package init(prompt: [Int32], answers: [[Int32]]) {
    self.prompt = prompt
    self.answers = answers
  }
}

extension ExampleEncoder {
  /// Returns a row with each of several answers in place of its own: what training on that answer
  /// would train.
  package func answers(
    to example: Example, among texts: [String]
  ) throws(ProblemReason) -> EncodedAnswers {
    let endID = try knownEnd()
    if let start = options.answerStartID {
      var pairs: [EncodedExample] = []
      for text in texts {
        let written = try written(example.answered(by: text))
        guard let pair = try self.pairs(written, startID: start, endID: endID, row: 0).last
        else { break }
        pairs.append(pair)
      }
      return EncodedAnswers(
        prompt: pairs.first?.prompt ?? [], answers: pairs.map { Array($0.ids.dropFirst()) })
    }
    var rows: [EncodedRow] = []
    for text in texts {
      guard let written = try written(example.answered(by: text)).rows.last else { break }
      rows.append(encode(written, endID: endID).cutAfterTrained)
    }
    return Self.divided(rows)
  }

  /// Returns several beginnings of what may follow a text, which is not ended.
  package func beginnings(of texts: [String], after prompt: String) -> EncodedAnswers {
    guard options.answerStartID == nil else {
      return EncodedAnswers(
        prompt: readIDs(prompt, isChat: false), answers: texts.map(writtenIDs))
    }
    let start = prompt.utf8.count
    return Self.divided(
      texts.map { text in
        let tokens = encoder.encodeWithPlaces(prompt + text)
        let first = tokens.places.firstIndex { $0.upperBound > start } ?? tokens.ids.count
        let ids = begun(tokens.ids)
        return EncodedRow(
          ids: ids, mask: [], answerStart: max(0, first + ids.count - tokens.ids.count))
      })
  }

  /// Divides rows where the first of their answers begins, or where they cease to be the same.
  private static func divided(_ rows: [EncodedRow]) -> EncodedAnswers {
    guard let one = rows.first else { return EncodedAnswers(prompt: [], answers: []) }
    var shared = rows.map(\.answerStart).min() ?? 0
    for row in rows.dropFirst() {
      shared = min(shared, zip(one.ids, row.ids).prefix { $0 == $1 }.count)
    }
    return EncodedAnswers(
      prompt: Array(one.ids[..<shared]), answers: rows.map { Array($0.ids[shared...]) })
  }
}

extension EncodedRow {
  /// The row up to the last token that is trained.
  fileprivate var cutAfterTrained: EncodedRow {
    var row = self
    let end = max(mask.lastIndex(of: true) ?? ids.count - 1, answerStart)
    row.ids = Array(ids.prefix(end + 1))
    return row
  }
}

extension Example {
  /// Returns the row with another answer in place of ``target``; plain text has none.
  func answered(by text: String) -> Example {
    switch content {
    case .preference, .verdict, .match, .alike: return written.answered(by: text)
    case .text: return self
    case .labelled(let input, _), .marked(let input, _):
      return Example(.labelled(text: input, label: text), line: line)
    case .completion(let prompt, _):
      return Example(.completion(prompt: prompt, completion: text), line: line)
    case .conversation(var turns):
      guard let last = turns.lastIndex(where: { $0.role == .assistant }) else { return self }
      turns[last] = Turn(.assistant, text)
      return Example(.conversation(turns), line: line, fields: fields)
    }
  }
}
