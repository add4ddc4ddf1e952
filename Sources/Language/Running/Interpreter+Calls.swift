import Reporting

extension Interpreter {
  /// Calls a procedure or a built-in function.
  func call(
    _ callee: Expression, _ arguments: [Expression.Argument], _ block: Block?,
    at span: SourceSpan, _ frame: Frame
  ) async throws -> Value {
    if let name = callee.nameText, frame.scope.value(of: name) == nil,
      let builtin = Builtin.named(name)
    {
      let values = try await evaluate(arguments, block, frame)
      return try await call(builtin, values, at: span, frame)
    }
    let value: Value
    if let name = callee.nameText, frame.scope.value(of: name) == nil {
      guard let found = try await names.value(of: name) else {
        throw unknownProcedure(name, at: callee.span, frame)
      }
      value = found
    } else {
      value = try await evaluate(callee, frame)
    }
    guard case .closure(let closure) = value else {
      throw problem(.notCallable, "\(value.kindName) cannot be called.", at: callee.span, frame)
    }
    let values = try await evaluate(arguments, block, frame)
    return try await invoke(closure, values, at: CallSite(closure.name, frame.file, span))
  }

  private func unknownProcedure(_ name: String, at span: SourceSpan, _ frame: Frame) -> Diagnostic {
    let known = procedures.map(\.name) + Builtin.all.map(\.name)
    let nearest = Suggestion.nearest(to: name, among: known)
    return problem(
      .unknownProcedure, "there is no procedure or function `\(name)`.", at: span, frame,
      label: nearest.map { "did you mean `\($0)`?" } ?? "")
  }

  private func evaluate(
    _ arguments: [Expression.Argument], _ block: Block?, _ frame: Frame
  ) async throws -> Arguments {
    var result = Arguments()
    for argument in arguments {
      let value = try await evaluate(argument.value, frame)
      if let name = argument.name {
        result.named.append((name, value))
      } else {
        result.positional.append(value)
      }
    }
    result.block = block.map { Closure(block: $0, frame, self) }
    return result
  }

  private func call(
    _ builtin: Builtin, _ arguments: Arguments, at span: SourceSpan, _ frame: Frame
  ) async throws -> Value {
    guard arguments.named.isEmpty, builtin.counts.contains(arguments.positional.count),
      builtin.takesBlock == (arguments.block != nil)
    else {
      throw problem(
        .wrongArguments, "`\(builtin.name)` is called as `\(builtin.usage)`.", at: span, frame)
    }
    var values = arguments.positional
    if case .handle(let handle) = values.first, let items = try? await names.items(of: handle) {
      // Functions on lists work on the items of data as well.
      values[0] = .list(items)
    }
    switch builtin.work {
    case .compute(let compute):
      do throws(Builtin.Misuse) { return try compute(values) } catch {
        throw problem(
          .unfitArgument, "`\(builtin.name)` \(error.message).", at: span, frame,
          label: "use: \(builtin.usage)")
      }
    case .each(let kept):
      guard let block = arguments.block, let items = values.first.flatMap(ItemSequence.init) else {
        throw problem(
          .unfitArgument, "`\(builtin.name)` works on a list and a block.", at: span, frame,
          label: "use: \(builtin.usage)")
      }
      return try await each(
        items, block, keeping: kept, CallSite(builtin.name, frame.file, span), frame)
    }
  }

  /// Runs a block for each item and collects what is kept.
  private func each(
    _ items: ItemSequence, _ block: Closure, keeping kept: Builtin.Kept, _ site: CallSite,
    _ frame: Frame
  ) async throws -> Value {
    var results: [Value] = []
    for index in 0..<items.count {
      guard results.count < ValueLimits.items else { throw tooLarge(.items, at: site.span, frame) }
      let item = items.item(at: index).item
      let result = try await invoke(block, Arguments(positional: [item]), at: site)
      switch (kept, result) {
      case (.result, _): results.append(result)
      case (.item, .bool(let keeps)): if keeps { results.append(item) }
      case (.item, _):
        throw problem(
          .unfitArgument,
          "the block of `\(site.name)` must give true or false, not \(result.kindName).",
          at: site.span, frame)
      }
    }
    return try limited(.list(results), at: site.span, frame)
  }

  /// Runs a procedure or block with its arguments bound.
  func invoke(_ closure: Closure, _ arguments: Arguments, at site: CallSite) async throws -> Value {
    let frame = Frame(file: closure.file, scope: Scope(inside: closure.scope))
    let caller = Frame(file: site.file, scope: closure.scope)
    guard calls.count < Self.callLimit else {
      throw problem(
        .callsTooDeep, "calls are nested more than \(Self.callLimit) deep.", at: site.span, caller)
    }
    if closure.isBlock {
      frame.scope.define("it", arguments.positional.first ?? .null)
    } else {
      try await bind(closure, arguments, frame, caller, site)
    }
    calls.append(site)
    defer { calls.removeLast() }
    switch try await run(closure.body.statements, frame) {
    case .returned(let value): return value
    case .next(let value): return closure.isBlock ? value : .null
    case .breakLoop, .continueLoop: return .null
    }
  }

  private func bind(
    _ closure: Closure, _ arguments: Arguments, _ frame: Frame, _ caller: Frame, _ site: CallSite
  ) async throws {
    let binding = ArgumentBinding(closure.name, closure.parameters)
    let bound: [Int: Value]
    do throws(ArgumentBinding.Mismatch) {
      bound = try binding.bind(
        arguments.positional, named: arguments.named.map { ($0.name.text, $0.value) },
        block: arguments.block.map { .closure($0) })
    } catch {
      throw problem(.wrongArguments, error.message, at: site.span, caller, label: binding.usage)
    }
    for (index, parameter) in closure.parameters.enumerated() {
      if let value = bound[index] {
        frame.scope.define(parameter.name.text, value)
      } else if let fallback = parameter.fallback {
        frame.scope.define(parameter.name.text, try await evaluate(fallback, frame))
      }
    }
  }
}
