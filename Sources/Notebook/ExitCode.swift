package import Reporting

/// How the program ends: what scripts and build tools look at.
package enum ExitCode: Int32, Hashable, Sendable, CaseIterable {
  case done = 0
  /// A bug of this program.
  case internalError = 1
  case usage = 2
  case scriptError = 3
  case badInputFile = 4
  /// Disk full, permission, port in use.
  case inputOutput = 5
  /// Refused, as memory or time would not do.
  case resources = 6
  /// The training diverged.
  case diverged = 7
  case runFolderInUse = 8
  /// A checkpoint is damaged, or belongs to something else.
  case badCheckpoint = 9
  /// `verify` found a difference.
  case difference = 10
  case hungUp = 129
  case interrupted = 130
  case terminated = 143

  /// Diagnostics by the first letters of their codes; the first that fits counts.
  private static let families: [(prefix: String, code: ExitCode)] = [
    ("L", .scriptError), ("S", .scriptError), ("X", .scriptError), ("N", .scriptError),
    ("D", .badInputFile), ("M", .badInputFile),
    ("R2", .inputOutput), ("R4", .resources), ("R8", .runFolderInUse), ("R9", .badCheckpoint),
    ("T5", .diverged), ("H", .inputOutput),
  ]

  /// The code for a script that ended with this diagnostic.
  package init(_ diagnostic: Diagnostic) {
    let id = diagnostic.code?.id ?? ""
    self = Self.families.first { id.hasPrefix($0.prefix) }?.code ?? .scriptError
  }

  /// The code after a signal, by the shells' custom 128 and its number; nil for one we do not take.
  package init?(signal: Int32) { self.init(rawValue: 128 + signal) }

  /// The code for a script that ended in this way.
  package init(_ outcome: Runner.Outcome) {
    switch outcome {
    case .finished, .quit: self = .done
    case .interrupted: self = .interrupted
    case .failed(let diagnostic): self.init(diagnostic)
    case .broken: self = .internalError
    }
  }
}
