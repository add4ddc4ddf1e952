import Reporting

/// A procedure, a `do` block or the block of a command, with the variables around it.
package final class Closure: Hashable, Sendable {
  /// The procedure's name; `do` for a block.
  package let name: String
  let parameters: [ProcedureSyntax.Parameter]
  let body: Block
  let documentation: [String]
  let file: SourceFile
  let scope: Scope
  /// True for a `do` block: its first argument is called `it`, and its last statement is its value.
  let isBlock: Bool
  private let interpreter: Interpreter

  init(_ procedure: ProcedureSyntax, _ frame: Interpreter.Frame, _ interpreter: Interpreter) {
    name = procedure.name.text
    parameters = procedure.parameters
    body = procedure.body
    documentation = procedure.documentation
    file = frame.file
    scope = frame.scope
    isBlock = false
    self.interpreter = interpreter
  }

  init(block: Block, _ frame: Interpreter.Frame, _ interpreter: Interpreter) {
    name = "do"
    parameters = []
    body = block
    documentation = []
    file = frame.file
    scope = frame.scope
    isBlock = true
    self.interpreter = interpreter
  }

  /// What it does, as written.
  package var source: String { file.text(of: body.span) }

  /// The variables that it may name, with their values.
  package var surroundings: String { scope.visible }

  /// Runs it with arguments by position.
  ///
  /// - Parameter arguments: the first of a `do` block's is its `it`.
  /// - Returns: what `return` gave; for a block without `return`, the value of its last statement.
  /// - Throws: `Diagnostic`, or `CancellationError` after a request to stop.
  package func call(_ arguments: [Value] = []) async throws -> Value {
    try await interpreter.invoke(
      self, Arguments(positional: arguments), at: Interpreter.CallSite(name, file, body.span))
  }

  package static func == (left: Closure, right: Closure) -> Bool { left === right }

  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A condition over `row`, as after `where`.
package struct RowExpression: Sendable {
  let expression: Expression
  let frame: Interpreter.Frame
  let interpreter: Interpreter

  /// The condition as written.
  package var source: String { frame.file.text(of: expression.span) }

  /// The variables that it may name, with their values.
  package var surroundings: String { frame.scope.visible }

  /// The value with `row` standing for one row of data, and names of the slot's rule for what they
  /// are in this row.
  package func evaluate(row: Value, names: Record = [:]) async throws -> Value {
    try await interpreter.evaluate(expression, row: row, names, frame)
  }
}

/// What a procedure or function is called with.
struct Arguments: Sendable {
  var positional: [Value] = []
  var named: [(name: Name, value: Value)] = []
  var block: Closure?
}
