package import Reporting

/// Why a data set could not be loaded, divided or encoded.
package enum DatasetError: Error, Hashable, Sendable {
  // The file.
  case zeroInPath
  case notFound(path: String)
  case notAFile(path: String)
  case unreadable(path: String)
  case tooLarge(path: String, bytes: Int, limit: Int)
  case notText(file: String, found: String)
  /// A packed file that is cut short, or whose bytes do not make what it says; `by` is the program that
  /// packs so.
  case damagedPacking(file: String, by: String)
  /// A Parquet file, of which a part is not what the format says.
  case damagedParquet(file: String, part: String)
  /// A Parquet file that is written in a way that is not read.
  case unsupportedParquet(file: String, what: String)
  /// A packed file that holds more than `limit` bytes.
  case tooLargeWithin(file: String, limit: Int)
  case empty(file: String)
  // The rows.
  case badRows(file: String, rows: Int, ProblemList)
  case noGoodRows(file: String, ProblemList)
  case unknownColumns(file: String, columns: [String], suggestion: RowShape?, header: DatasetPlace)
  case missingColumn(
    file: String, name: String, columns: [String], suggestion: String?, header: DatasetPlace)
  // The split and the encoding.
  case badRatio([Int])
  case tooFewRows(rows: Int, parts: Int)
  case noChatTemplate
  /// No token is known to end a row; `asked` is what was set as the end and is no token.
  case noEnd(asked: String?)
  /// Prompts are to be trained, and a half of the model reads them that writes nothing.
  case promptsAreRead
}

extension DatasetError: Explained {
  package var diagnostic: Diagnostic { diagnostic(of: "data") }

  /// What the user is told; `part` is what the rows are called.
  func diagnostic(of part: String) -> Diagnostic {
    switch self {
    case .zeroInPath:
      Diagnostic(code: .unreadableData, "the file name contains a zero character")
    case .notFound(let path): Diagnostic(code: .unreadableData, "there is no file \(path)")
    case .notAFile(let path): Diagnostic(code: .unreadableData, "\(path) is not a regular file")
    case .unreadable(let path): Diagnostic(code: .unreadableData, "\(path) cannot be read")
    case .tooLarge(let path, let bytes, let limit):
      Diagnostic(
        code: .unreadableData, "\(path) is \(bytes) bytes long, the limit is \(limit)")
    case .notText(let file, let found):
      Diagnostic(
        code: .dataIsNoText, "\(file) is \(found), not UTF-8 text",
        hints: [.help(Self.conversion(of: file, found))])
    case .damagedPacking(let file, let program):
      Diagnostic(
        code: .unreadableData, "\(file) is a \(program) file that is damaged or cut short",
        hints: [.help("in a shell: \(program) -t \(Self.quoted(file))")])
    case .damagedParquet(let file, let part):
      Diagnostic(
        code: .unreadableData,
        "\(file) is a Parquet file that is damaged or cut short, in \(part)",
        hints: [.help("fetch or write the file anew")])
    case .unsupportedParquet(let file, let what):
      Diagnostic(
        code: .unreadableData, "\(file) is a Parquet file with \(what), which is not read",
        hints: [.help(Self.linesOfParquet(file))])
    case .tooLargeWithin(let file, let limit):
      Diagnostic(
        code: .unreadableData, "\(file) holds more than \(limit) bytes, which is the limit")
    case .empty(let file): Diagnostic(code: .noRowsInFile, "\(file) has no rows")
    case .badRows(let file, let rows, let problems):
      problems.diagnostic(
        of: part, summary: "\(problems.count) of \(rows) rows of \(file) cannot be used")
    case .noGoodRows(let file, let problems):
      problems.diagnostic(
        of: part, summary: "none of the \(problems.count) rows of \(file) can be used")
    case .unknownColumns(let file, let columns, _, let header):
      Diagnostic(
        code: .unknownColumns,
        "the columns of \(file) are \(columns.joined(separator: ", ")), and none is known as text",
        at: header.label(),
        hints: [.help("name the columns to read, such as text and label")])
    case .missingColumn(let file, let name, let columns, let suggestion, let header):
      Diagnostic(
        code: .unknownColumns,
        "\(file) has no column \(name); it has \(columns.joined(separator: ", "))",
        at: header.label(),
        hints: suggestion.map { [.help("did you mean `\($0)`?")] } ?? [])
    case .badRatio(let parts):
      Diagnostic(
        code: .unfitSplit,
        "\(parts.map(String.init).joined(separator: "/")) is not a split such as 90/10 or 80/10/10")
    case .tooFewRows(let rows, let parts):
      Diagnostic(
        code: .unfitSplit,
        "\(rows) \(rows == 1 ? "row" : "rows") cannot be split into \(parts) parts of at least one")
    case .noChatTemplate:
      Diagnostic(
        code: .noChatTemplate, "the rows are conversations, and the model has no chat template")
    case .noEnd(let asked):
      Diagnostic(
        code: .noEndToken,
        asked.map { "the end is set to \"\($0)\", which is no token of the model" }
          ?? "no token is known to end a row: config.json, generation_config.json and "
          + "tokenizer_config.json name none",
        hints: [
          .help(
            "`set end \"</s>\"` names one of the model's tokens; `eos_token` of "
              + "tokenizer_config.json does so for good")
        ])
    case .promptsAreRead:
      Diagnostic(
        code: .promptsAreRead,
        "the loss is set to everything, and the half of the model that reads prompts writes nothing",
        hints: [.type("set loss completion")])
    }
  }

  /// How to make a file that can be read of one that cannot.
  private static func conversion(of file: String, _ found: String) -> String {
    switch found {
    case _ where found.hasPrefix("UTF"): return "save the file as UTF-8"
    case "a zip file": return "in a shell: unzip \(quoted(file))"
    default: return "convert it to JSON Lines or CSV"
    }
  }

  /// How to make JSON Lines of a Parquet file.
  private static func linesOfParquet(_ file: String) -> String {
    let stem = file.lastIndex(of: ".").map { file[..<$0] } ?? file[...]
    return
      "in a shell with pandas: python3 -c 'import pandas, sys; pandas.read_parquet(sys.argv[1])"
      + ".to_json(sys.argv[2], orient=\"records\", lines=True)' \(quoted(file)) "
      + "\(quoted(String(stem))).jsonl"
  }

  /// A file's name as a shell takes it.
  private static func quoted(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy {
      switch $0 {
      case 0x2B...0x3A, 0x40...0x5A, 0x5F, 0x61...0x7A: true
      default: false
      }
    }
    return isPlain ? name : "'" + name.replacing("'", with: "'\\''") + "'"
  }

  /// The columns or keys that look as if they were meant, where names alone were not enough.
  package var likelyFields: RowShape? {
    switch self {
    case .unknownColumns(_, _, let suggestion, _): return suggestion
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
}

extension Diagnostic {
  /// What the user is told of an error in rows that are called `part`.
  package init(_ error: DatasetError, of part: String) { self = error.diagnostic(of: part) }
}

extension DiagnosticCode {
  /// Every code of data: D10x the file, D2xx its rows.
  package static let ofDatasets: [DiagnosticCode] = [
    .unreadableData, .dataIsNoText, .noRowsInFile, .unknownColumns, .unfitSplit,
    .noChatTemplate, .rowIsNotJSON, .rowIsNotUTF8, .zeroByteInRow,
    .lineTooLong, .rowIsNoObject, .rowOverSeveralLines, .unknownKeys, .mixedRows, .sameAnswers,
    .missingKey, .wrongType, .emptyText, .commaAfterRow, .rowsInsideObject, .messagesElsewhere,
    .noMessages, .unknownRole, .wrongWeight, .weightOfOtherRole, .unreadableCall,
    .noAssistantMessage, .wrongFieldCount, .openQuote, .textAfterQuote, .rowTooLong,
    .rowTrainsNothing, .chatTemplateFailed, .templateRewritesTurns, .templateDropsAnswer,
    .noEndToken, .templateDropsCall, .tokenWithoutVector, .noRows, .textWithoutPrompt,
    .promptsAreRead, .severalAnswers, .unknownLabel, .labelIsNoNumber,
  ]

  /// A file of data that is not there or cannot be read.
  package static let unreadableData = DiagnosticCode(
    "D101", "no such file, or it cannot be read",
    "Files are looked for from the folder ft was started in; bundled data goes by its bare name. "
      + "`ls` in the shell shows what is there.")

  static let dataIsNoText = DiagnosticCode(
    "D102", "not a text file",
    "Data is UTF-8 text: JSON Lines, CSV, TSV or plain text. Other formats have to be converted.")

  /// A file without a row.
  package static let noRowsInFile = DiagnosticCode(
    "D103", "the file has no rows",
    "There is nothing between its beginning and its end, or only blank lines and a header. A file "
      + "with one row at least can be loaded.")

  static let unknownColumns = DiagnosticCode(
    "D104", "the columns are not known",
    "A table needs columns such as `text` and `label`, `prompt` and `completion`, or `text`.")

  /// A split that is none, or that the rows are too few for.
  package static let unfitSplit = DiagnosticCode(
    "D105", "the split does not fit",
    "A split is two or three whole numbers, such as 90/10 or 80/10/10, and each part gets at "
      + "least one row.")

  static let noChatTemplate = DiagnosticCode(
    "D107", "conversations need a chat template",
    "The model's folder has none: it was not taught to read conversations, as base models are "
      + "not. `set template plain` gives it one that works with every model, and is saved with "
      + "it; `set template chatml` is for tokenizers that have those tokens. Rows of `prompt` and "
      + "`completion` need no template.")

  static let noEndToken = DiagnosticCode(
    "D245", "no token ends a row",
    "What a row is trained to end with is what an answer stops at: `set end`, else `eos_token` of "
      + "tokenizer_config.json, else `eos_token_id` of config.json or generation_config.json, "
      + "else the family's own. Where none of these names a token of the model, `set end "
      + "\"</s>\"` does; the token has to be in tokenizer.json.")

  static let promptsAreRead = DiagnosticCode(
    "D253", "prompts that are only read cannot be trained",
    "`set loss everything` trains the tokens of prompts too. A model such as T5 reads prompts with a "
      + "half that writes nothing, so there is nothing to train there: `set loss completion`.")

  /// A part of data without rows.
  package static let noRows = DiagnosticCode(
    "D250", "no rows here",
    "The part has no rows. `load data … split 90/10` holds out a tenth as dev.")
}
