import Reporting

/// Runs scripts: keeps the session's variables, evaluates expressions, hands commands to the runner.
///
/// Variables stay from script to script, so each cell of a notebook is a script of its own.
package actor Interpreter {
  /// Where a statement runs: its text and its variables.
  struct Frame: Sendable {
    let file: SourceFile
    let scope: Scope

    /// The same text with a new scope inside this one.
    var inner: Frame { Frame(file: file, scope: Scope(inside: scope)) }
  }

  /// A call under way, for the trace of an error.
  struct CallSite: Sendable {
    let name: String
    let file: SourceFile
    let span: SourceSpan

    init(_ name: String, _ file: SourceFile, _ span: SourceSpan) {
      self.name = name
      self.file = file
      self.span = span
    }
  }

  /// How a statement ended.
  enum Flow {
    /// With a value, null for most; the next statement follows.
    case next(Value)
    case breakLoop
    case continueLoop
    case returned(Value)
  }

  /// How deep procedures may call each other.
  static let callLimit = 500

  let commands: CommandTable
  let runner: any CommandRunner
  let names: any NameResolver
  let output: @Sendable (String) async -> Void
  /// The variables of the session.
  let globals = Scope()
  var calls: [CallSite] = []
  var outputs: [Int: Value] = [:]
  var modules: [SourceFile.Origin: Value] = [:]
  /// The text whose characters were last asked for, and these.
  var lastLetters: (text: String, letters: [Value])?
  var modulesBeingRead: [SourceFile.Origin] = []

  /// Makes an interpreter with no variables.
  ///
  /// - Parameters:
  ///   - commands: the commands and settings scripts may use.
  ///   - runner: runs the commands.
  ///   - names: knows what the scripts did not make.
  ///   - output: takes each line that `print` gives, without a line end.
  package init(
    commands: CommandTable, runner: any CommandRunner, names: any NameResolver,
    output: @escaping @Sendable (String) async -> Void
  ) {
    self.commands = commands
    self.runner = runner
    self.names = names
    self.output = output
  }

  /// Runs a script that parsed without diagnostics.
  ///
  /// - Returns: the value of the last statement, null when it has none.
  /// - Throws: `Diagnostic`, or `CancellationError` after a request to stop.
  package func run(_ script: Script) async throws -> Value {
    let frame = Frame(file: script.file, scope: globals)
    calls = []
    switch try await run(script.statements, frame) {
    case .next(let value), .returned(let value): return value
    case .breakLoop, .continueLoop: return .null
    }
  }

  /// The session's variables, by name.
  package var variables: [(name: String, value: Value)] { globals.variables }

  /// The session's procedures, by name.
  package var procedures: [Closure] {
    globals.variables.compactMap { variable in
      if case .closure(let closure) = variable.value, !closure.isBlock { return closure }
      return nil
    }
  }

  /// What `Out` stands for: the values of cells, by number.
  static let results = Handle(kind: "the results of cells", name: "Out")

  /// Keeps the value of a cell, which later ones call `it`, and `Out[3]` by its number.
  package func keep(_ value: Value, ofCell number: Int) {
    outputs[number] = value
    globals.define("it", value)
  }

  /// The numbers of the cells that gave a value.
  package var outputNumbers: [Int] { outputs.keys.sorted() }

  /// Gives a session variable a value, as `let` at the top of a script does.
  package func define(_ name: String, _ value: Value) { globals.define(name, value) }

  /// Evaluates a script beside the session: its variables can be read, what it makes is forgotten.
  ///
  /// - Parameters:
  ///   - script: what to evaluate.
  ///   - extra: more variables, for this script alone.
  /// - Returns: the value of its last statement.
  /// - Throws: a `Diagnostic` for what cannot be evaluated.
  package func evaluate(_ script: Script, with extra: [(String, Value)]) async throws -> Value {
    let scope = Scope(inside: globals)
    for (name, value) in extra { scope.define(name, value) }
    calls = []
    let flow = try await run(script.statements, Frame(file: script.file, scope: scope))
    if case .next(let value) = flow { return value }
    return .null
  }

  /// Goes back to the variables of an earlier moment.
  package func restore(_ variables: [(name: String, value: Value)]) {
    globals.replaceAll(variables)
  }

  // MARK: Errors

  /// A diagnostic at a place, with the calls that led there.
  func problem(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, _ frame: Frame,
    label: String = "", hints: [Diagnostic.Hint] = []
  ) -> Diagnostic {
    traced(
      Diagnostic(code: code, message, at: .init(frame.file, span, label), hints: hints))
  }

  /// The diagnostic with the calls under way: in its sentence, and where each was made.
  private func traced(_ diagnostic: Diagnostic) -> Diagnostic {
    guard let innermost = calls.last else { return diagnostic }
    var diagnostic = diagnostic
    var message = diagnostic.message
    if message.hasSuffix(".") { message.removeLast() }
    message += ", in `\(innermost.name)`"
    if calls.count > 1 { message += " called from `\(calls[calls.count - 2].name)`" }
    diagnostic.message = message + "."
    for call in calls.reversed().prefix(5) {
      let line = call.file.lineSpan(at: call.span.start)
      let shown = SourceSpan(call.span.start, min(call.span.end, line.end))
      diagnostic.hints.append(
        .init("called from \(call.file.shortPlace(at: call.span.start))", call.file.text(of: shown))
      )
    }
    return diagnostic
  }

  /// The error of a command with the command's place, when it has none of its own.
  func placed(_ error: any Error, at span: SourceSpan, _ frame: Frame) -> any Error {
    guard var diagnostic = error as? Diagnostic, diagnostic.primary == nil else { return error }
    diagnostic.primary = .init(frame.file, span)
    return traced(diagnostic)
  }
}
