/// Why a row cannot be used.
package enum ProblemReason: Error, Hashable, Sendable {
  // The bytes.
  case invalidJSON(detail: String)
  case invalidUTF8(byte: UInt8)
  case zeroByte
  case lineTooLong(bytes: Int, limit: Int)
  // The row.
  case notAnObject(found: String)
  case rowOverSeveralLines
  case unknownKeys([String], suggestion: String?)
  case mixedShapes(found: RowShape, expected: RowShape)
  case preferenceRow
  case commaAfterRow
  /// The file is one object, and the rows are in it at these paths.
  case rowsInside([String])
  /// A list of messages stands under another key, or, when it is nil, is the row itself.
  case messagesElsewhere(key: String?)
  case missingKey(String, of: String)
  case wrongType(key: String, found: String, expected: String)
  case emptyText(key: String)
  // The conversation.
  case noMessages
  case unknownRole(String, known: [String], suggestion: String?)
  case wrongWeight(found: String)
  case weightOfOtherRole(String)
  case toolCall
  case noAssistantMessage
  // The table.
  case fieldCount(found: Int, expected: Int)
  case openQuote
  case textAfterQuote
  // The tokens.
  case tooLong(tokens: Int, limit: Int)
  case trainsNothing
  case templateFailed(detail: String)
  case templateRewritesHistory(turn: Int)
  case templateDropsAnswer(turn: Int)
  case noEnd(asked: String?)
  case templateDropsCall(turn: Int, key: String)
}

extension ProblemReason {
  /// The stable code of the reason.
  package var code: String {
    switch self {
    case .invalidJSON: "D201"
    case .invalidUTF8: "D202"
    case .zeroByte: "D203"
    case .lineTooLong: "D204"
    case .notAnObject: "D205"
    case .rowOverSeveralLines: "D206"
    case .unknownKeys: "D207"
    case .mixedShapes: "D208"
    case .preferenceRow: "D209"
    case .missingKey: "D210"
    case .wrongType: "D211"
    case .emptyText: "D212"
    case .commaAfterRow: "D213"
    case .rowsInside: "D214"
    case .messagesElsewhere: "D215"
    case .noMessages: "D220"
    case .unknownRole: "D221"
    case .wrongWeight: "D222"
    case .weightOfOtherRole: "D223"
    case .toolCall: "D224"
    case .noAssistantMessage: "D225"
    case .fieldCount: "D230"
    case .openQuote: "D231"
    case .textAfterQuote: "D232"
    case .tooLong: "D240"
    case .trainsNothing: "D241"
    case .templateFailed: "D242"
    case .templateRewritesHistory: "D243"
    case .templateDropsAnswer: "D244"
    case .noEnd: "D245"
    case .templateDropsCall: "D247"
    }
  }

  /// One sentence about `line` of `file`.
  func message(line: Int, file: String) -> String {
    let row = "line \(line) of \(file)"
    switch self {
    case .invalidJSON: return "\(row) is not valid JSON"
    case .invalidUTF8(let byte):
      return "\(row) is not UTF-8 text: byte 0x\(Self.hexadecimal(byte)) cannot stand there"
    case .zeroByte: return "\(row) has a zero byte; this is not a text file"
    case .lineTooLong(let bytes, let limit):
      return "\(row) is \(bytes) bytes long, the limit is \(limit)"
    case .notAnObject(let found): return "\(row) is \(found), not an object `{…}`"
    case .rowOverSeveralLines: return "\(row) begins a row that goes on over several lines"
    case .unknownKeys(let keys, _):
      return keys.isEmpty
        ? "\(row) has no keys" : "\(row) has the keys \(Self.list(keys)), of no known kind of row"
    case .mixedShapes(let found, let expected):
      return "\(row) has \(found.name), while the rows before have \(expected.name)"
    case .preferenceRow: return "\(row) is a preference (chosen and rejected answers)"
    case .missingKey(let key, let owner): return "\(row): \(owner) has no `\(key)`"
    case .wrongType(let key, let found, let expected):
      return "\(row): `\(key)` is \(found), not \(expected)"
    case .commaAfterRow: return "\(row) has a comma after the row"
    case .rowsInside(let paths):
      let places = paths.prefix(8).map { "`\($0)`" }.joined(separator: " and ")
      return "\(row) is an object whose rows are inside \(places)"
    case .messagesElsewhere(nil):
      return "\(row) is a message, not a row: a row has the whole list, under `messages`"
    case .messagesElsewhere(let key?):
      return "\(row) has a list of messages under `\(key)`; they belong under `messages`"
    case .emptyText(let key): return "\(row): `\(key)` is empty"
    case .noMessages: return "\(row) is a conversation without messages"
    case .unknownRole(let role, let known, _):
      return "\(row): role \"\(role)\" is not known; use \(Self.list(known))"
    case .wrongWeight(let found): return "\(row): weight \(found) is neither 0 nor 1"
    case .weightOfOtherRole(let role):
      return "\(row): a message of \(role) has a weight; only the assistant's are trained"
    case .toolCall:
      return "\(row) calls a function with something other than {\"name\": …, \"arguments\": …}"
    case .noAssistantMessage:
      return "\(row) has no assistant message, so there is nothing to learn from it"
    case .fieldCount(let found, let expected):
      return "\(row) has \(found) \(found == 1 ? "field" : "fields"), the header \(expected)"
    case .openQuote: return "\(row) opens a quote that is never closed"
    case .textAfterQuote: return "\(row) has text after a closing quote"
    case .tooLong(let tokens, let limit):
      return "\(row) is \(tokens) tokens long, \(tokens - limit) over the limit of \(limit)"
    case .trainsNothing: return "\(row) trains no token"
    case .templateFailed: return "\(row) cannot be written with the chat template"
    case .templateRewritesHistory(let turn):
      return "\(row): the chat template rewrites what came before message \(turn)"
    case .templateDropsAnswer(let turn):
      return "\(row): the chat template leaves out part of message \(turn)"
    case .noEnd(let asked): return "\(row): \(DatasetError.noEnd(asked: asked).message)"
    case .templateDropsCall(let turn, let key):
      return "\(row): the chat template does not write the `\(key)` of message \(turn)"
    }
  }

  /// What to write under the excerpt, where there is more to say about the very place.
  package var detail: String? {
    switch self {
    case .invalidJSON(let detail), .templateFailed(let detail): detail
    default: nil
    }
  }

  /// What to do about it.
  package var hint: String? {
    switch self {
    case .invalidJSON, .notAnObject, .emptyText, .fieldCount:
      "`load data … skip bad` leaves such lines out and counts them"
    case .invalidUTF8: "save the file as UTF-8"
    case .rowOverSeveralLines: "write each row on one line, or put the rows in one array `[…]`"
    case .unknownKeys(_, let suggestion?): "did you mean `\(suggestion)`?"
    case .unknownKeys:
      "rows have messages, prompt and completion, text, text and label, or instruction and output"
    case .preferenceRow: "keep the chosen answers, as rows of messages or prompt and completion"
    case .commaAfterRow:
      "rows stand one on a line with nothing between them, or all in one array `[…]`"
    case .rowsInside: "make the list of the rows the whole file: `[{…}, {…}]`"
    case .messagesElsewhere: "a row is {\"messages\": [{\"role\": …, \"content\": …}, …]}"
    case .templateDropsCall:
      "the answer would be trained without its call: take a model whose template writes calls, or "
        + "leave such rows out"
    case .wrongType(_, let found, "a text") where found == "an array":
      "join the parts into one text"
    case .unknownRole(_, _, let suggestion?): "did you mean `\(suggestion)`?"
    case .openQuote: "a quote inside a quoted field is written twice: \"\""
    case .textAfterQuote: "a quote inside a quoted field is written twice: \"\""
    case .tooLong:
      "`set long cut` keeps the beginning of long rows, `set long drop` leaves them out"
    case .noEnd: DatasetError.endHint
    case .noAssistantMessage: "end the conversation with an assistant message"
    default: nil
    }
  }

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }
}
