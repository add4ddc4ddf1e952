package import Reporting

/// Finds errors in a parsed script before anything of it runs: names, arguments, settings, jumps.
///
/// A script that trains for an hour must not fail at a misspelt name in its last line.
package struct Checker {
  /// What is around a statement.
  struct Context {
    /// Names made so far, a set for each block.
    var scopes: [Set<String>]
    var inLoop = false
    var inProcedure = false

    var all: Set<String> { scopes.reduce(into: []) { $0.formUnion($1) } }

    func has(_ name: String) -> Bool { scopes.contains { $0.contains(name) } }

    mutating func add(_ name: String) { scopes[scopes.count - 1].insert(name) }

    /// The context inside a block with names of its own.
    func inner(_ names: [String] = []) -> Context {
      var copy = self
      copy.scopes.append(Set(names))
      return copy
    }
  }

  let commands: CommandTable
  let known: KnownNames
  var file = SourceFile(.cell(0), "")
  /// The marks of the script's cells.
  var cells: [CellMark] = []
  var diagnostics: [Diagnostic] = []
  /// Procedures of the script and of the blocks around, by name.
  var procedures: [String: ArgumentBinding] = [:]
  /// Names of data and the like that commands of the script make.
  var namesMade: Set<String> = []

  /// Makes a checker.
  ///
  /// - Parameters:
  ///   - commands: the commands, settings and fixed names of scripts.
  ///   - known: what exists in the session.
  package init(commands: CommandTable, known: KnownNames = .none) {
    self.commands = commands
    self.known = known
  }

  /// Checks a script.
  ///
  /// - Returns: what is wrong, at most ten, in the order of the text; nothing may run when it holds an
  ///   error. A note does not stop anything.
  package func check(_ script: Script) -> [Diagnostic] {
    var copy = self
    copy.file = script.file
    copy.cells = script.cells
    for closure in known.procedures {
      copy.procedures[closure.name] = ArgumentBinding(closure.name, closure.parameters)
    }
    let session = Set(
      commands.names + known.variables + known.data + known.procedures.map(\.name))
    var context = Context(scopes: [session.union(Self.results(of: script)), []])
    copy.check(script.statements, &context, isTop: true)
    return Array(copy.diagnostics.prefix(Parser.diagnosticLimit))
  }

  /// `Out`, and in a script of cells `it`, which is the value of the cell before.
  private static func results(of script: Script) -> [String] {
    [Interpreter.results.name] + (script.cells.isEmpty ? [] : ["it"])
  }

  mutating func report(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, label: String = "",
    hints: [Diagnostic.Hint] = [], severity: Diagnostic.Severity = .error
  ) {
    diagnostics.append(
      Diagnostic(severity, code: code, message, at: .init(file, span, label), hints: hints))
  }

  /// Checks statements in order; their procedures are known from the start.
  mutating func check(_ statements: [Statement], _ context: inout Context, isTop: Bool = false) {
    var first: [String: Int] = [:]
    for case .procedure(let procedure) in statements.map(\.kind) {
      let name = procedure.name.text
      // A later cell may define a procedure anew, as one does at the prompt.
      let cell = cells.lastIndex { $0.start <= procedure.name.span.start } ?? -1
      if first[name] == cell, isTop {
        report(.nameTwice, "two procedures are called `\(name)`.", at: procedure.name.span)
      }
      if first[name] == nil { procedures[name] = ArgumentBinding(name, procedure.parameters) }
      first[name] = cell
      context.add(name)
    }
    // A procedure runs when it is called, so it may use what is made after it.
    var later = context
    for case .variable(let name, _) in statements.map(\.kind) { later.add(name.text) }
    for case .use(let use) in statements.map(\.kind) { later.add(use.name) }
    for statement in statements {
      if case .procedure(let procedure) = statement.kind {
        procedures[procedure.name.text] = ArgumentBinding(
          procedure.name.text, procedure.parameters)
        check(procedure, later)
      } else {
        check(statement, &context)
      }
    }
  }

  private mutating func check(_ procedure: ProcedureSyntax, _ context: Context) {
    var inner = context.inner(procedure.parameters.map(\.name.text))
    inner.inProcedure = true
    inner.inLoop = false
    var before = context.inner()
    for parameter in procedure.parameters {
      if let fallback = parameter.fallback { check(fallback, before) }
      before.add(parameter.name.text)
    }
    // Inside, a parameter hides a procedure of the same name.
    let outer = procedures
    for parameter in procedure.parameters { procedures[parameter.name.text] = nil }
    check(procedure.body.statements, &inner)
    procedures = outer
  }

  private mutating func check(_ statement: Statement, _ context: inout Context) {
    switch statement.kind {
    case .variable(let name, let value):
      check(value, context)
      addNames(madeBy: value, &context)
      procedures[name.text] = nil
      context.add(name.text)
    case .assignment(let target, _, let value):
      check(value, context)
      checkTarget(target, context, statement)
    case .conditional(let branches, let otherwise):
      for branch in branches {
        check(branch.condition, context)
        check(branch.block, context)
      }
      if let otherwise { check(otherwise, context) }
    case .loop(let names, let items, let block):
      check(items, context)
      check(block, context, adding: names.map(\.text), inLoop: true)
    case .whileLoop(let condition, let block):
      check(condition, context)
      check(block, context, inLoop: true)
    case .breakLoop, .continueLoop:
      if !context.inLoop {
        let word = statement.kind == .breakLoop ? "break" : "continue"
        report(.misplacedJump, "`\(word)` is not in a loop.", at: statement.span)
      }
    case .returnValue(let value):
      if let value { check(value, context) }
      if !context.inProcedure {
        report(.misplacedJump, "`return` is not in a procedure.", at: statement.span)
      }
    case .procedure(let procedure): check(procedure, context)
    case .use(let use): context.add(use.name)
    case .with(let settings, let block):
      switch settings {
      case .listed(let settings): check(settings, context)
      case .record(let record): check(record, context)
      }
      check(block, context)
    case .check(let condition, let message):
      check(condition, context)
      if let message { check(message, context) }
    case .attempt(let body, let name, let handler):
      check(body, context)
      check(handler, context, adding: [name.text])
    case .print(let values):
      for value in values { check(value, context, as: values.count == 1 ? .text : nil) }
    case .expression(let expression):
      check(expression, context, as: .statement)
      addNames(madeBy: expression, &context)
    }
  }

  private mutating func check(
    _ block: Block, _ context: Context, adding names: [String] = [], inLoop: Bool = false
  ) {
    var inner = context.inner(names)
    inner.inLoop = inLoop || context.inLoop
    check(block.statements, &inner)
  }

  /// The line that makes the variable which an assignment changes; nil for a field or an item.
  private static func making(_ statement: Statement, _ file: SourceFile) -> String? {
    guard case .assignment(let target, _, let value) = statement.kind, let name = target.nameText
    else { return nil }
    return "let \(name) = " + file.text(of: value.span)
  }

  /// The line that changes a setting where an assignment was tried: `lr = 1e-3`.
  private func setting(for name: String, _ statement: Statement) -> String? {
    guard case .assignment(_, _, let value) = statement.kind else { return nil }
    let text = file.text(of: value.span)
    if let advice = ForeignWords.advice(forSetting: name) { return advice.line }
    let isSynonym = { (setting: SettingSignature) in setting.synonyms.contains(name) }
    let found = commands.setting(named: name) ?? commands.settings.first(where: isSynonym)
    return found.map { "set \($0.name) \(text)" }
  }

  private mutating func checkTarget(
    _ target: Expression, _ context: Context, _ statement: Statement
  ) {
    switch target.kind {
    case .name(let name):
      guard !context.has(name) else { return }
      let nearest = Suggestion.nearest(to: name, among: context.all.sorted())
      report(
        .assignmentToNothing, "there is no variable `\(name)` to change.", at: target.span,
        label: nearest.map { "did you mean `\($0)`?" } ?? "",
        hints: [setting(for: name, statement), Self.making(statement, file)].compactMap { $0 }
          .prefix(1).map { .type($0) })
    case .member(let base, _): checkTarget(base, context, statement)
    case .index(let base, let index):
      checkTarget(base, context, statement)
      check(index, context)
    default: break
    }
  }
}
