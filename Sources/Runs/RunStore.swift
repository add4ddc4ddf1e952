import Foundation
import Synchronization

/// The record of all trainings of a project: a SQLite database in its folder.
///
/// Readers never hold up a writer, nor the other way round (SQLite's write-ahead log), so that two
/// prompts may work in one folder. Nothing is made before the first training.
package final class RunStore: Sendable {
  /// Where the record of the folder at hand is.
  package static let usualPath = ".tunebook/runs.sqlite"

  /// The file.
  package let path: String
  /// What writes; nil before something was to be written.
  private let writer = Mutex<Connection?>(nil)

  /// A connection that the lock around it hands from thread to thread.
  ///
  /// `@unchecked Sendable`: it is used by whoever holds ``writer`` and by nobody else.
  private struct Connection: @unchecked Sendable {
    let database: Database
  }

  /// The record in a file, which need not be there.
  package init(path: String = RunStore.usualPath) { self.path = path }

  // MARK: Writing

  /// Runs `body` with a connection that may write.
  func write<Result: Sendable>(
    _ body: (Database) throws(RunStoreError) -> Result
  ) throws(RunStoreError) -> Result {
    try writer.withLock { (writer) throws(RunStoreError) in
      if let writer { return try body(writer.database) }
      let database = try open()
      writer = Connection(database: database)
      return try body(database)
    }
  }

  private func open() throws(RunStoreError) -> Database {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .folder(path: folder, reason: String(cString: strerror(errno)))
    }
    let database = try Database(path: path, .write)
    // Looked at before anything is changed in what may be another program's.
    _ = try Schema.check(database, path: path)
    try database.run(script: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
    try database.run(script: "PRAGMA foreign_keys = ON")
    try Schema.prepare(database, path: path)
    return database
  }

  /// The SHA-256 of a file that is known by what tells it from others, computed when it is new.
  package func hash(
    ofFile identity: String, compute: () -> String?
  ) throws(RunStoreError) -> String? {
    let known = try write { (database) throws(RunStoreError) in
      try database.rows("SELECT sha256 FROM file_hash WHERE identity = ?", [.text(identity)])
        .first?["sha256"].text
    }
    if let known { return known }
    guard let sha256 = compute() else { return nil }
    try write { (database) throws(RunStoreError) in
      try database.run(
        "INSERT OR REPLACE INTO file_hash VALUES (?, ?)", [.text(identity), .text(sha256)])
    }
    return sha256
  }

  /// Notes what was written of a run.
  package func note(
    artefact kind: String, at path: String, sha256: String?, of number: Int
  ) throws(RunStoreError) {
    try write { (database) throws(RunStoreError) in
      try database.run(
        "INSERT INTO artefact VALUES (?, ?, ?, ?, ?)",
        [
          DatabaseValue(number), .real(Date().timeIntervalSince1970), .text(kind), .text(path),
          DatabaseValue(sha256),
        ])
    }
  }

  // MARK: Reading

  /// Runs `body` with a connection that only reads, and sees one moment of the record.
  ///
  /// - Throws: ``RunStoreError/noRuns(path:)`` when there is no record.
  func read<Result>(
    _ body: (Database) throws(RunStoreError) -> Result
  ) throws(RunStoreError) -> Result {
    guard FileManager.default.fileExists(atPath: path) else { throw .noRuns(path: path) }
    do throws(RunStoreError) {
      return try read(try Database(path: path, .read), body)
    } catch  where error.wantsFolder {
      // The log's index cannot be made beside it, so that nobody writes there now.
      return try read(try Database(path: path, .readUnchanging), body)
    }
  }

  private func read<Result>(
    _ database: Database, _ body: (Database) throws(RunStoreError) -> Result
  ) throws(RunStoreError) -> Result {
    guard try Schema.check(database, path: path) > 0 else { throw .noRuns(path: path) }
    try database.run("BEGIN")
    defer { try? database.run("COMMIT") }
    return try body(database)
  }
}
