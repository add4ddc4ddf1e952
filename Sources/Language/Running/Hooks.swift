package import Reporting

/// What the layer above does for the interpreter: run commands, hold settings, tell it to stop.
package protocol CommandRunner: Sendable {
  /// Runs a command and gives its value, null if it has none.
  ///
  /// - Throws: a `Diagnostic`; one without a place gets that of the command.
  func run(_ call: Call) async throws -> Value

  /// Changes settings until the matching ``popSettings()``.
  func pushSettings(_ changes: [SettingChange]) async throws

  /// Undoes the latest ``pushSettings(_:)``.
  func popSettings() async

  /// True when the user asked to stop; asked before each statement.
  var isStopRequested: Bool { get }
}

/// What names mean that the script did not make: `run`, `settings`, `base`, `data`, `dev`.
package protocol NameResolver: Sendable {
  /// The value of a name; nil when it means nothing now.
  func value(of name: String) async throws -> Value?

  /// The value of a field of a handle; nil when it has no such field.
  func member(_ name: String, of handle: Handle) async throws -> Value?

  /// The names of the fields of a handle.
  func fields(of handle: Handle) async -> [String]

  /// The items of a handle, for `for`, `length` and indices; nil when it has none.
  func items(of handle: Handle) async throws -> [Value]?

  /// The text of a module; nil when there is none.
  func module(_ source: UseSyntax.Source, from file: SourceFile) async throws -> SourceFile?
}

extension NameResolver {
  package func member(_ name: String, of handle: Handle) async throws -> Value? { nil }
  package func fields(of handle: Handle) async -> [String] { [] }
  package func items(of handle: Handle) async throws -> [Value]? { nil }
  package func module(_ source: UseSyntax.Source, from file: SourceFile) async throws
    -> SourceFile?
  { nil }
}
