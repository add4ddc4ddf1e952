import Reporting

extension Interpreter {
  /// The module that `use` names: a record of the procedures and variables at the top of its file.
  ///
  /// A module runs once a session, with variables of its own.
  func module(_ use: UseSyntax, _ frame: Frame) async throws -> Value {
    guard let file = try await names.module(use.source, from: frame.file) else {
      throw problem(.unusableModule, "there is no module `\(use.name)`.", at: use.span, frame)
    }
    if let loaded = modules[file.origin] { return loaded }
    guard !modulesBeingRead.contains(file.origin) else {
      throw problem(.unusableModule, "the module `\(use.name)` uses itself.", at: use.span, frame)
    }
    let (script, diagnostics) = Script.parse(file, commands: commands)
    let problems = diagnostics.isEmpty ? Checker(commands: commands).check(script) : diagnostics
    if let first = problems.first(where: { $0.severity == .error }) { throw first }
    modulesBeingRead.append(file.origin)
    defer { modulesBeingRead.removeLast() }
    let scope = Scope()
    _ = try await run(script.statements, Frame(file: file, scope: scope))
    let module = Value.record(Record(scope.variables))
    modules[file.origin] = module
    return module
  }
}
