/// The tables of the record, and the steps from one version of them to the next.
enum Schema {
  /// What says that a database is ours: `TUNE`.
  static let applicationID = 0x54_55_4E_45

  /// The version that this program writes.
  static var version: Int { changes.count }

  /// What leads from each version to the next; an entry is never changed once it was released.
  private static let changes = [
    """
    CREATE TABLE run (
      id INTEGER PRIMARY KEY, uuid TEXT NOT NULL UNIQUE, parent TEXT, started REAL NOT NULL,
      command TEXT NOT NULL, script_name TEXT, script TEXT, script_sha256 TEXT,
      model TEXT NOT NULL, data TEXT NOT NULL, folder TEXT, seed TEXT NOT NULL,
      version TEXT NOT NULL, host TEXT NOT NULL, processor TEXT NOT NULL, device TEXT NOT NULL,
      vector_path TEXT NOT NULL, threads INTEGER NOT NULL,
      pid INTEGER NOT NULL, process_start INTEGER NOT NULL,
      planned_steps INTEGER NOT NULL, parameters INTEGER NOT NULL, learning_rate REAL NOT NULL,
      dev_sha256 TEXT,
      ended REAL, ending TEXT, seconds REAL, tokens INTEGER, loss REAL,
      dev_loss REAL, dev_accuracy REAL, kept_step INTEGER
    ) STRICT;
    CREATE TABLE setting (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      name TEXT NOT NULL, value TEXT NOT NULL, origin TEXT NOT NULL,
      PRIMARY KEY (run, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE input (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      kind TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT,
      PRIMARY KEY (run, kind, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE step (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      step INTEGER NOT NULL, loss REAL, accuracy REAL, gradient_norm REAL,
      learning_rate REAL, tokens INTEGER, seconds REAL,
      PRIMARY KEY (run, step)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE evaluation (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      step INTEGER NOT NULL, loss REAL, accuracy REAL, sums BLOB NOT NULL, counts BLOB NOT NULL,
      PRIMARY KEY (run, step)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE event (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      at REAL NOT NULL, step INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL
    ) STRICT;
    CREATE INDEX event_run ON event (run);
    CREATE TABLE sample (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      step INTEGER NOT NULL, prompt TEXT NOT NULL, answer TEXT NOT NULL
    ) STRICT;
    CREATE INDEX sample_run ON sample (run);
    CREATE TABLE artefact (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      at REAL NOT NULL, kind TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT
    ) STRICT;
    CREATE INDEX artefact_run ON artefact (run);
    CREATE TABLE epoch (
      run INTEGER NOT NULL REFERENCES run(id) ON DELETE CASCADE,
      epoch INTEGER NOT NULL, losses BLOB NOT NULL, accuracies BLOB NOT NULL,
      PRIMARY KEY (run, epoch)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE example_lines (
      run INTEGER PRIMARY KEY REFERENCES run(id) ON DELETE CASCADE, lines TEXT NOT NULL
    ) STRICT;
    CREATE TABLE file_hash (identity TEXT PRIMARY KEY, sha256 TEXT NOT NULL) STRICT, WITHOUT ROWID;
    """
  ]

  /// Looks whose database it is and how old, and brings one of ours to this version.
  ///
  /// - Throws: ``RunStoreError/foreign(path:)``, ``RunStoreError/newer(path:version:known:)``.
  static func prepare(_ database: Database, path: String) throws(RunStoreError) {
    let found = try check(database, path: path)
    guard found < version else { return }
    try database.transaction { () throws(RunStoreError) in
      // Another process may have come first.
      for change in changes.dropFirst(try check(database, path: path)) {
        try database.run(script: change)
      }
      try database.run(script: "PRAGMA application_id = \(applicationID)")
      try database.run(script: "PRAGMA user_version = \(version)")
    }
  }

  /// The version of a database that is ours, 0 for an empty one.
  static func check(_ database: Database, path: String) throws(RunStoreError) -> Int {
    let owner = try number("application_id", database)
    let isEmpty = try database.rows("SELECT 1 FROM sqlite_schema LIMIT 1").isEmpty
    guard owner == applicationID || owner == 0 && isEmpty else { throw .foreign(path: path) }
    let found = try number("user_version", database)
    guard found <= version else { throw .newer(path: path, version: found, known: version) }
    return found
  }

  private static func number(_ pragma: String, _ database: Database) throws(RunStoreError) -> Int {
    try database.rows("PRAGMA \(pragma)").first?[pragma].int ?? 0
  }
}
