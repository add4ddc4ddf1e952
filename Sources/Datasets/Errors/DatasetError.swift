/// Why a data set could not be loaded, divided or encoded.
package enum DatasetError: Error, Hashable, Sendable {
  // The file.
  case zeroInPath
  case notFound(path: String)
  case notAFile(path: String)
  case unreadable(path: String)
  case tooLarge(path: String, bytes: Int, limit: Int)
  case notText(file: String, found: String)
  case empty(file: String)
  // The rows.
  case badRows(file: String, rows: Int, ProblemList)
  case noGoodRows(file: String, ProblemList)
  case unknownColumns(file: String, columns: [String], suggestion: RowShape?)
  case missingColumn(file: String, name: String, columns: [String], suggestion: String?)
  // The split and the encoding.
  case badRatio([Int])
  case tooFewRows(rows: Int, parts: Int)
  case noChatTemplate
  /// No token is known to end a row; `asked` is what was set as the end and is no token.
  case noEnd(asked: String?)
}

extension DatasetError {
  /// One sentence saying what was found and what was wanted.
  package var message: String {
    switch self {
    case .zeroInPath: "the file name contains a zero character"
    case .notFound(let path): "there is no file \(path)"
    case .notAFile(let path): "\(path) is not a regular file"
    case .unreadable(let path): "\(path) cannot be read"
    case .tooLarge(let path, let bytes, let limit):
      "\(path) is \(bytes) bytes long, the limit is \(limit)"
    case .notText(let file, let found): "\(file) is \(found), not UTF-8 text"
    case .empty(let file): "\(file) has no rows"
    case .badRows(let file, let rows, let problems):
      "\(problems.count) of \(rows) rows of \(file) cannot be used"
    case .noGoodRows(let file, let problems):
      "none of the \(problems.count) rows of \(file) can be used"
    case .unknownColumns(let file, let columns, _):
      "the columns of \(file) are \(columns.joined(separator: ", ")), and none is known as text"
    case .missingColumn(let file, let name, let columns, _):
      "\(file) has no column \(name); it has \(columns.joined(separator: ", "))"
    case .badRatio(let parts):
      "\(parts.map(String.init).joined(separator: "/")) is not a split such as 90/10 or 80/10/10"
    case .tooFewRows(let rows, let parts):
      "\(rows) \(rows == 1 ? "row" : "rows") cannot be split into \(parts) parts of at least one"
    case .noChatTemplate: "the rows are conversations, and the model has no chat template"
    case .noEnd(let asked?): "the end is set to \"\(asked)\", which is no token of the model"
    case .noEnd(nil):
      "no token is known to end a row: config.json, generation_config.json and "
        + "tokenizer_config.json name none"
    }
  }

  static let endHint =
    "`set end \"</s>\"` names one of the model's tokens; `eos_token` of tokenizer_config.json does "
    + "so for good"

  /// The columns or keys that look as if they were meant, where names alone were not enough.
  package var likelyFields: RowShape? {
    switch self {
    case .unknownColumns(_, _, let suggestion): return suggestion
    case .badRows(_, let rows, let problems) where problems.count == rows:
      return Self.likelyFields(problems)
    case .noGoodRows(_, let problems): return Self.likelyFields(problems)
    default: return nil
    }
  }

  private static func likelyFields(_ problems: ProblemList) -> RowShape? {
    guard case .unknownKeys(let keys, _)? = problems.shown.first?.reason else { return nil }
    return ColumnMapping.suggestion(columns: keys, sample: [])
  }

  /// What to do about it.
  package var hint: String? {
    switch self {
    case .notText(_, let found) where found.hasPrefix("UTF"): "save the file as UTF-8"
    case .notText: "convert it to JSON Lines or CSV"
    case .badRows(_, let rows, let problems) where problems.count == rows:
      problems.shown.first?.reason.hint
    case .badRows: "`load data … skip bad` leaves such lines out and counts them"
    case .unknownColumns: "name the columns to read, such as text and label"
    case .missingColumn(_, _, _, let suggestion?): "did you mean `\(suggestion)`?"
    case .noEnd: Self.endHint
    default: nil
    }
  }
}
