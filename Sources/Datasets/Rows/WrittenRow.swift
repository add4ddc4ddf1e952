import Tokenizers

/// A row as one text, with what of it is given and what is to be written.
///
/// A text is encoded whole, never in parts: tokenizers join a space to the word after it, and some
/// put one before each text, so that parts encoded alone are not the tokens of the whole.
struct WrittenRow {
  /// A part of the text: a prompt, or an answer.
  struct Stretch {
    /// Its place in the text's UTF-8.
    let range: Range<Int>
    let isAnswer: Bool
    let isTrained: Bool
  }

  private(set) var text = ""
  /// The parts in order, which make up the text.
  private(set) var stretches: [Stretch] = []
  /// Whether answers are turns that the chat template ends, rather than text that nothing ends.
  let isChat: Bool
  /// Whether the template said itself what is trained, which is then left as it is.
  let isMarked: Bool

  init(isChat: Bool, isMarked: Bool = false) {
    self.isChat = isChat
    self.isMarked = isMarked
  }

  /// Adds a part.
  mutating func append(_ part: String, isAnswer: Bool, isTrained: Bool) {
    guard isAnswer || !part.isEmpty else { return }
    let start = text.utf8.count
    text += part
    stretches.append(
      Stretch(range: start..<text.utf8.count, isAnswer: isAnswer, isTrained: isTrained))
  }

  /// What is given before the last answer.
  var prompt: String {
    let end = stretches.last { $0.isAnswer }?.range.lowerBound ?? text.utf8.count
    return String(Substring(text.utf8.prefix(end)))
  }
}

/// A row as tokens.
struct EncodedRow {
  var ids: [Int32]
  var mask: [Bool]
  /// The first token of the last answer; one that begins in the prompt belongs to the answer.
  var answerStart = 0
  /// Whether a token of which something is trained begins in the prompt before its answer.
  var joinsPrompt = false
  /// Whether the template marked what is trained, and no end of an answer is.
  var lacksEnd = false
}

extension ExampleEncoder {
  /// Encodes a text whole; trained are the tokens that have some of a trained part in them.
  func encode(_ row: WrittenRow, endID: Int32) -> EncodedRow {
    var result: EncodedRow
    if row.stretches.count == 1, let only = row.stretches.first {
      let ids = encoder.encode(row.text, addingSpecialTokens: false)
      result = EncodedRow(ids: ids, mask: Array(repeating: only.isTrained, count: ids.count))
      if row.isChat, !row.isMarked {
        _ = result.finishTurn(0..<ids.count, only, isLast: true, endID, isEnd)
      }
    } else {
      result = encodeStretches(of: row, endID: endID)
    }
    if row.isMarked {
      result.lacksEnd = !zip(result.ids, result.mask).contains { isEnd($0) && $1 }
    }
    if !row.isChat, result.ids.last != endID {
      result.append(endID, isTrained: row.stretches.last?.isTrained ?? true)
    }
    return begun(result)
  }

  private func encodeStretches(of row: WrittenRow, endID: Int32) -> EncodedRow {
    let tokens = encoder.encodeWithPlaces(row.text)
    let isGivenTrained = options.trainOn == .everything
    var result = EncodedRow(
      ids: tokens.ids, mask: Array(repeating: isGivenTrained, count: tokens.ids.count))
    let last = row.stretches.last { $0.isAnswer }?.range
    var next = 0
    for stretch in row.stretches {
      guard stretch.isAnswer else {
        while next < tokens.places.count, tokens.places[next].upperBound <= stretch.range.upperBound
        {
          result.mask[next] = stretch.isTrained
          next += 1
        }
        continue
      }
      let first = next
      while next < tokens.places.count, tokens.places[next].lowerBound < stretch.range.upperBound {
        result.mask[next] = stretch.isTrained
        next += 1
      }
      if stretch.isTrained, first < next,
        tokens.places[first].lowerBound < stretch.range.lowerBound
      {
        result.joinsPrompt = true
      }
      result.answerStart = first
      if row.isChat, !row.isMarked,
        result.finishTurn(first..<next, stretch, isLast: stretch.range == last, endID, isEnd)
      {
        next += 1
      }
    }
    return result
  }

  /// Whether an id ends an answer.
  func isEnd(_ id: Int32) -> Bool {
    id == options.endID || options.endOfTurnIDs.contains(id)
  }

  /// Puts the begin token exactly once at the start, for models that want one.
  private func begun(_ row: EncodedRow) -> EncodedRow {
    guard let begin = options.beginID else { return row }
    let extra = row.ids.prefix { $0 == begin }.count
    var row = row
    row.ids = [begin] + row.ids.dropFirst(extra)
    row.mask = [false] + row.mask.dropFirst(extra)
    row.answerStart = max(1, row.answerStart + 1 - extra)
    return row
  }

  /// Returns `ids` with the begin token exactly once at the start, for models that want one.
  func begun(_ ids: [Int32]) -> [Int32] {
    guard let begin = options.beginID else { return ids }
    return [begin] + ids.drop { $0 == begin }
  }
}

extension EncodedRow {
  /// Adds one token.
  fileprivate mutating func append(_ id: Int32, isTrained: Bool) {
    ids.append(id)
    mask.append(isTrained)
  }

  /// Ends a turn that has no end of its own: the last one gets an end, and of another the token right
  /// after it is trained when that is one, as in templates whose next role ends the turn before.
  ///
  /// - Returns: whether the token after the turn is its end.
  fileprivate mutating func finishTurn(
    _ tokens: Range<Int>, _ turn: WrittenRow.Stretch, isLast: Bool, _ endID: Int32,
    _ isEnd: (Int32) -> Bool
  ) -> Bool {
    if let last = tokens.last, isEnd(ids[last]) { return false }
    if tokens.upperBound < ids.count {
      guard isEnd(ids[tokens.upperBound]) else { return false }
      mask[tokens.upperBound] = turn.isTrained
      return true
    }
    if isLast { append(endID, isTrained: turn.isTrained) }
    return false
  }
}
