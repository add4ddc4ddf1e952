import CSQLite
package import Reporting

/// Why runs could not be recorded, or read.
package enum RunStoreError: Error, Hashable, Sendable {
  /// The folder that the record is to lie in cannot be made or written to.
  case folder(path: String, reason: String)
  /// SQLite gave an error.
  case database(path: String, code: Int32, message: String)
  /// The file is another program's database.
  case foreign(path: String)
  /// A later version of this program wrote it.
  case newer(path: String, version: Int, known: Int)
  /// No training was recorded yet.
  case noRuns(path: String)
  /// No run has this number.
  case noRun(Int, known: [Int])

  /// Whether the file is no database, or a damaged one.
  private static func isDamage(_ code: Int32) -> Bool {
    [SQLITE_NOTADB, SQLITE_CORRUPT].contains(code & 0xff)
  }

  /// Whether another process is writing, which is over soon.
  var isBusy: Bool {
    if case .database(_, let code, _) = self {
      return [SQLITE_BUSY, SQLITE_LOCKED].contains(code & 0xff)
    }
    return false
  }

  /// Whether a connection that only reads could not make the files it needs beside the database.
  var wantsFolder: Bool {
    if case .database(_, let code, _) = self {
      return [SQLITE_CANTOPEN, SQLITE_READONLY].contains(code & 0xff)
    }
    return false
  }
}

extension RunStoreError: Explained {
  package var diagnostic: Diagnostic {
    switch self {
    case .folder(let path, let reason):
      Diagnostic(
        code: .unwritableRuns, "runs cannot be recorded in \(path): \(reason)",
        hints: [.help("make the folder writable, or start ft in another one")])
    case .database(let path, let code, _) where Self.isDamage(code):
      Diagnostic(
        code: .unreadableRuns, "\(path) is no database, or a damaged one",
        hints: [.help("move the file away; the next training begins a new record")])
    case .database(let path, _, let message):
      Diagnostic(
        code: .unwritableRuns, "the record of runs in \(path) cannot be used: \(message)",
        hints: [.help("see that the disk has room and the folder can be written to")])
    case .foreign(let path):
      Diagnostic(
        code: .unreadableRuns, "\(path) is another program's database",
        hints: [.help("move the file away; the next training begins a new record")])
    case .newer(let path, let version, let known):
      Diagnostic(
        code: .newerRuns,
        "\(path) has version \(version) of the record of runs; this ft reads up to \(known)",
        hints: [.help("use the version of ft that wrote it")])
    case .noRuns:
      Diagnostic(
        code: .noRecordedRun, "no training was recorded in this folder yet",
        hints: [.type("train 1 epoch")])
    case .noRun(let number, let known):
      Diagnostic(
        code: .noRecordedRun, "there is no run \(number)\(Self.range(known))",
        hints: [.type("runs")])
    }
  }

  private static func range(_ known: [Int]) -> String {
    guard let first = known.min(), let last = known.max() else { return "" }
    return first == last ? "; there is run \(first)" : "; there are \(first) to \(last)"
  }
}

extension DiagnosticCode {
  /// Every code of the record of runs.
  package static let ofRuns: [DiagnosticCode] = [
    .unwritableRuns, .unreadableRuns, .newerRuns, .noRecordedRun,
  ]

  static let unwritableRuns = DiagnosticCode(
    "R210", "runs cannot be recorded",
    "Trainings are recorded in `.tunebook/runs.sqlite` of the folder that ft was started in. A "
      + "training goes on without its record when that cannot be written.")

  static let unreadableRuns = DiagnosticCode(
    "R910", "the record of runs cannot be read",
    "`.tunebook/runs.sqlite` is damaged, or another program's. Trainings go on without being "
      + "recorded. Move the file away, and the next training begins a new record.")

  static let newerRuns = DiagnosticCode(
    "R911", "the record of runs is of a later version",
    "A later version of ft wrote `.tunebook/runs.sqlite`, with more in it than this one knows. It "
      + "is left as it is; trainings go on without being recorded.")

  static let noRecordedRun = DiagnosticCode(
    "L174", "there is no such run",
    "Every training of a folder is recorded under a number, from 1. `runs` lists them; `show run "
      + "last` shows the last one.")
}
