import CSQLite
import Foundation

/// A connection to a SQLite database: the only code that calls the library.
///
/// One thread at a time uses it; whoever owns it sees to that.
final class Database {
  /// What a connection may do.
  enum Access {
    /// Reads and writes, and makes the file when there is none.
    case write
    /// Only reads a file that is there.
    case read
    /// Only reads a file that nobody writes, in a folder where nothing can be made.
    case readUnchanging
  }

  /// Safety: made by `open`, closed by `deinit`; no statement outlives it.
  private let connection: OpaquePointer
  private let path: String
  /// Statements that were used, by their text: preparing costs more than a step.
  private var statements: [String: OpaquePointer] = [:]

  /// How long a call waits for another process that writes, in milliseconds.
  private static let patience: Int32 = 2000

  /// - Throws: ``RunStoreError/database(path:code:message:)``.
  init(path: String, _ access: Access) throws(RunStoreError) {
    self.path = path
    var opened: OpaquePointer?
    let flags =
      access == .write
      ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
    let result = sqlite3_open_v2(
      Self.address(of: path, access), &opened, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW, nil)
    guard result == SQLITE_OK, let connection = opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw .database(path: path, code: result, message: message)
    }
    self.connection = connection
    sqlite3_busy_timeout(connection, Self.patience)
    sqlite3_extended_result_codes(connection, 1)
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close_v2(connection)
  }

  /// The file as an address, in which `?` and `#` would mean something.
  private static func address(of path: String, _ access: Access) -> String {
    let absolute =
      path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    let escaped = absolute.utf8.map { byte -> String in
      let isPlain =
        byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "_") || (byte < 128 && Character(UnicodeScalar(byte)).isLetter)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + hexadecimal(byte)
    }
    return "file:" + escaped.joined() + (access == .readUnchanging ? "?immutable=1" : "")
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }

  // MARK: Running statements

  /// Runs several statements that give nothing, separated by `;`.
  func run(script: String) throws(RunStoreError) {
    guard sqlite3_exec(connection, script, nil, nil, nil) == SQLITE_OK else { throw failure }
  }

  /// Runs a statement; a `?` in it is the value at its place.
  func run(_ text: String, _ values: [DatabaseValue] = []) throws(RunStoreError) {
    _ = try rows(text, values)
  }

  /// Runs a statement and returns its rows.
  func rows(
    _ text: String, _ values: [DatabaseValue] = []
  ) throws(RunStoreError) -> [DatabaseRow] {
    let statement = try prepared(text)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (index, value) in values.enumerated() {
      try bind(value, at: Int32(index + 1), in: statement)
    }
    var rows: [DatabaseRow] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: rows.append(row(of: statement))
      case SQLITE_DONE: return rows
      default: throw failure
      }
    }
  }

  /// The number of the row that was inserted last.
  var lastInsertedRow: Int { Int(sqlite3_last_insert_rowid(connection)) }

  /// Runs `body` as one transaction: all that it writes is there afterwards, or none.
  func transaction<Result>(
    _ body: () throws(RunStoreError) -> Result
  ) throws(RunStoreError) -> Result {
    try run("BEGIN IMMEDIATE")
    do throws(RunStoreError) {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      // One that failed may be over already, as on a full disk.
      if sqlite3_get_autocommit(connection) == 0 { try? run("ROLLBACK") }
      throw error
    }
  }

  private func prepared(_ text: String) throws(RunStoreError) -> OpaquePointer {
    if let statement = statements[text] { return statement }
    var made: OpaquePointer?
    guard sqlite3_prepare_v2(connection, text, -1, &made, nil) == SQLITE_OK, let statement = made
    else { throw failure }
    statements[text] = statement
    return statement
  }

  private func bind(
    _ value: DatabaseValue, at index: Int32, in statement: OpaquePointer
  ) throws(RunStoreError) {
    // Safety: the library copies texts and bytes before it returns.
    let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    let result =
      switch value {
      case .null: sqlite3_bind_null(statement, index)
      case .integer(let number): sqlite3_bind_int64(statement, index, number)
      case .real(let number): sqlite3_bind_double(statement, index, number)
      case .text(let text):
        sqlite3_bind_text(statement, index, text, Int32(clamping: text.utf8.count), copied)
      case .bytes(let bytes):
        sqlite3_bind_blob(statement, index, bytes, Int32(clamping: bytes.count), copied)
      }
    guard result == SQLITE_OK else { throw failure }
  }

  private func row(of statement: OpaquePointer) -> DatabaseRow {
    var cells: [String: DatabaseValue] = [:]
    for column in 0..<sqlite3_column_count(statement) {
      guard let name = sqlite3_column_name(statement, column) else { continue }
      cells[String(cString: name)] = cell(statement, column)
    }
    return DatabaseRow(cells)
  }

  private func cell(_ statement: OpaquePointer, _ column: Int32) -> DatabaseValue {
    switch sqlite3_column_type(statement, column) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, column))
    case SQLITE_TEXT:
      guard let text = sqlite3_column_text(statement, column) else { return .null }
      return .text(String(cString: text))
    case SQLITE_BLOB:
      guard let bytes = sqlite3_column_blob(statement, column) else { return .bytes([]) }
      // Safety: the library says how many bytes there are; they are copied before the next step.
      let count = Int(sqlite3_column_bytes(statement, column))
      return .bytes(Array(UnsafeRawBufferPointer(start: bytes, count: count)))
    default: return .null
    }
  }

  /// The last error of the connection.
  private var failure: RunStoreError {
    .database(
      path: path, code: sqlite3_extended_errcode(connection),
      message: String(cString: sqlite3_errmsg(connection)))
  }
}
