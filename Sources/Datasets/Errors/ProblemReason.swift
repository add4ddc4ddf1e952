package import Reporting

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
  /// Two answers, at these keys, of which one should be better say the same.
  case sameAnswers(String, String)
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
  /// The tokenizer has more tokens than the model has vectors, `count`, and the text has one of them.
  case tokenWithoutVector(id: Int32, count: Int)
  /// There is nothing for the half of the model that reads prompts.
  case textWithoutPrompt
  /// An answer that is judged becomes several texts.
  case severalAnswers
  /// A label that is none of those that are chosen from.
  case unknownLabel(String, known: [String])
  /// Numbers are learned, and a row's label is none.
  case labelIsNoNumber(String)
}

extension ProblemReason: Explained {
  package var diagnostic: Diagnostic { diagnostic(of: "the row", in: "data") }

  /// What the user is told of `row`, such as `line 7 of a.jsonl`, one of the rows called `part`.
  func diagnostic(of row: String, in part: String) -> Diagnostic {
    switch self {
    case .invalidJSON:
      Diagnostic(code: .rowIsNotJSON, "\(row) is not valid JSON", hints: [Self.skipping])
    case .invalidUTF8(let byte):
      Diagnostic(
        code: .rowIsNotUTF8,
        "\(row) is not UTF-8 text: byte 0x\(Self.hexadecimal(byte)) cannot stand there",
        hints: [.help("save the file as UTF-8")])
    case .zeroByte:
      Diagnostic(code: .zeroByteInRow, "\(row) has a zero byte; this is not a text file")
    case .lineTooLong(let bytes, let limit):
      Diagnostic(code: .lineTooLong, "\(row) is \(bytes) bytes long, the limit is \(limit)")
    case .notAnObject(let found):
      Diagnostic(
        code: .rowIsNoObject, "\(row) is \(found), not an object `{…}`", hints: [Self.skipping])
    case .rowOverSeveralLines:
      Diagnostic(
        code: .rowOverSeveralLines, "\(row) begins a row that goes on over several lines",
        hints: [.help("write each row on one line, or put the rows in one array `[…]`")])
    case .unknownKeys(let keys, let suggestion):
      Diagnostic(
        code: .unknownKeys,
        keys.isEmpty
          ? "\(row) has no keys"
          : "\(row) has the keys \(Self.list(keys)), of no known kind of row",
        hints: [
          .help(
            suggestion.map { "did you mean `\($0)`?" }
              ?? "rows have messages, prompt and completion, text, text and label, or instruction "
              + "and output")
        ])
    case .mixedShapes(let found, let expected):
      Diagnostic(
        code: .mixedRows, "\(row) has \(found.name), while the rows before have \(expected.name)")
    case .sameAnswers(let one, let other):
      Diagnostic(
        code: .sameAnswers,
        "\(row): `\(one)` and `\(other)` are the same, so that neither is better",
        hints: [Self.skipping])
    case .missingKey(let key, let owner):
      Diagnostic(code: .missingKey, "\(row): \(owner) has no `\(key)`")
    case .wrongType(let key, let found, let expected):
      Diagnostic(
        code: .wrongType, "\(row): `\(key)` is \(found), not \(expected)",
        hints: expected == "a text" && found == "an array"
          ? [.help("join the parts into one text")] : [])
    case .commaAfterRow:
      Diagnostic(
        code: .commaAfterRow, "\(row) has a comma after the row",
        hints: [
          .help("rows stand one on a line with nothing between them, or all in one array `[…]`")
        ])
    case .rowsInside(let paths):
      Diagnostic(
        code: .rowsInsideObject,
        "\(row) is an object whose rows are inside "
          + paths.prefix(8).map { "`\($0)`" }.joined(separator: " and "),
        hints: [.help("make the list of the rows the whole file: `[{…}, {…}]`")])
    case .messagesElsewhere(let key):
      Diagnostic(
        code: .messagesElsewhere,
        key.map {
          "\(row) has a list of messages under `\($0)`; they belong under `messages`"
        } ?? "\(row) is a message, not a row: a row has the whole list, under `messages`",
        hints: [.help("a row is {\"messages\": [{\"role\": …, \"content\": …}, …]}")])
    case .emptyText(let key):
      Diagnostic(code: .emptyText, "\(row): `\(key)` is empty", hints: [Self.skipping])
    case .noMessages:
      Diagnostic(code: .noMessages, "\(row) is a conversation without messages")
    case .unknownRole(let role, let known, let suggestion):
      Diagnostic(
        code: .unknownRole, "\(row): role \"\(role)\" is not known; use \(Self.list(known))",
        hints: suggestion.map { [.help("did you mean `\($0)`?")] } ?? [])
    case .wrongWeight(let found):
      Diagnostic(code: .wrongWeight, "\(row): weight \(found) is neither 0 nor 1")
    case .weightOfOtherRole(let role):
      Diagnostic(
        code: .weightOfOtherRole,
        "\(row): a message of \(role) has a weight; only the assistant's are trained")
    case .toolCall:
      Diagnostic(
        code: .unreadableCall,
        "\(row) calls a function with something other than {\"name\": …, \"arguments\": …}")
    case .noAssistantMessage:
      Diagnostic(
        code: .noAssistantMessage,
        "\(row) has no assistant message, so there is nothing to learn from it",
        hints: [.help("end the conversation with an assistant message")])
    case .fieldCount(let found, let expected):
      Diagnostic(
        code: .wrongFieldCount,
        "\(row) has \(found) \(found == 1 ? "field" : "fields"), the header \(expected)",
        hints: [Self.skipping])
    case .openQuote:
      Diagnostic(
        code: .openQuote, "\(row) opens a quote that is never closed", hints: [Self.doubling])
    case .textAfterQuote:
      Diagnostic(
        code: .textAfterQuote, "\(row) has text after a closing quote", hints: [Self.doubling])
    case .tooLong(let tokens, let limit):
      Diagnostic(
        code: .rowTooLong,
        "\(row) is \(tokens) tokens long, \(tokens - limit) over the limit of \(limit)",
        hints: Diagnostic.hintsForLongRows(of: part, limit: limit))
    case .trainsNothing:
      Diagnostic(
        code: .rowTrainsNothing, "\(row) trains no token",
        hints: [
          .help("give it an answer, or a shorter prompt; `set loss everything` trains prompts too")
        ])
    case .templateFailed:
      Diagnostic(
        code: .chatTemplateFailed, "\(row) cannot be written with the chat template")
    case .templateRewritesHistory(let turn):
      Diagnostic(
        code: .templateRewritesTurns,
        "\(row): the chat template rewrites what came before message \(turn)")
    case .templateDropsAnswer(let turn):
      Diagnostic(
        code: .templateDropsAnswer,
        "\(row): the chat template leaves out part of message \(turn)")
    case .noEnd(let asked):
      Diagnostic(
        code: .noEndToken, "\(row): \(DatasetError.noEnd(asked: asked).message)",
        hints: DatasetError.noEnd(asked: asked).diagnostic.hints)
    case .templateDropsCall(let turn, let key):
      Diagnostic(
        code: .templateDropsCall,
        "\(row): the chat template does not write the `\(key)` of message \(turn)",
        hints: [
          .help(
            "the answer would be trained without its call: take a model whose template writes "
              + "calls, or leave such rows out")
        ])
    case .tokenWithoutVector(let id, let count):
      Diagnostic(
        code: .tokenWithoutVector,
        "\(row) has the token \(id), and the model has vectors for those from 0 to \(count - 1)",
        hints: [
          .help(
            "it is one that the tokenizer adds, such as the place of an image: write the text "
              + "without it")
        ])
    case .textWithoutPrompt:
      Diagnostic(
        code: .textWithoutPrompt,
        "\(row) has no prompt, which one half of the model reads before the other writes",
        hints: [
          .help("rows of `prompt` and `completion`, or of two messages, have one")
        ])
    case .severalAnswers:
      Diagnostic(
        code: .severalAnswers,
        "\(row): the chat template writes the messages of a judged answer in several texts",
        hints: [.help("let the answer be one message, and those before it the prompt")])
    case .unknownLabel(let label, let known):
      Diagnostic(
        code: .unknownLabel,
        "\(row) has the label `\(label)`, which is none of those that the model chooses from",
        hints: [
          .help("they are " + Self.list(known.prefix(20).map { "`\($0)`" })), Self.skipping,
        ])
    case .labelIsNoNumber(let label):
      Diagnostic(
        code: .labelIsNoNumber, "\(row) has the label `\(label)`, which is no number",
        hints: [.type("set label_kind one", remark: "learns which label a text has")])
    }
  }

  /// What to write under the excerpt, where there is more to say about the very place.
  package var detail: String? {
    switch self {
    case .invalidJSON(let detail), .templateFailed(let detail): detail
    default: nil
    }
  }

  /// Whether the row is no JSON at all.
  var isSyntax: Bool { if case .invalidJSON = self { true } else { false } }

  private static let skipping = Diagnostic.Hint.help(
    "`load data … skip bad` leaves such lines out and counts them")
  private static let doubling = Diagnostic.Hint.help(
    "a quote inside a quoted field is written twice: \"\"")

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }
}

extension Diagnostic {
  /// The lines that make a training take rows of which some are too long.
  package static func hintsForLongRows(of part: String, limit: Int) -> [Hint] {
    [
      .type("set long cut", remark: "keeps the beginning of long rows"),
      .type("keep \(part) where row.tokens <= \(limit)", remark: "leaves long rows out"),
    ]
  }
}
