/// Runs the statements of a template.
///
/// One for each rendering: it holds the variables, the namespaces and what has been used up of the
/// limits.
final class TemplateRenderer {
  /// How a statement ended.
  enum Flow { case onward, breakLoop, continueLoop }

  /// What `strftime_now` tells, asked for once.
  private(set) lazy var now = clock()
  private let clock: () -> ChatTemplateTime
  /// The variables, from the outermost; what is not in the last is looked for before it.
  var scopes: [[String: TemplateValue]]
  var namespaces: [TemplateMap] = []
  /// The macros, with the variables around the place where each was defined, but the outermost.
  var macros: [(macro: TemplateMacro, scopes: [[String: TemplateValue]])] = []
  /// What `loop.changed` was asked last, for each run of a loop.
  var changedValues: [TemplateValue?] = []
  /// The cyclers and joiners, and how often each was turned.
  var turners: [TemplateTurner] = []
  /// How many generators were made, and which of them were gone through.
  var generatorCount = 0
  var spentGenerators: Set<Int> = []
  /// Nodes of the conversation that are no texts and were asked for.
  private(set) var read: Set<Int> = []
  /// What the block wrote whose filters run now.
  private(set) var captured: TemplateText = ""
  private var output: TemplateText = ""
  private var steps = 0
  private var depth = 0
  var macroDepth = 0
  var line = 1

  /// The nodes of the row's own values, which have a name of their own.
  private let rowNodes: [String: Int]

  init(globals: [String: TemplateValue], data: TemplateData, now: @escaping () -> ChatTemplateTime)
  {
    scopes = [globals]
    rowNodes = data.rowNodes
    clock = now
  }

  func render(_ body: [TemplateNode]) throws(ChatTemplateError) -> TemplateText {
    _ = try run(body)
    return output
  }

  func run(_ nodes: [TemplateNode]) throws(ChatTemplateError) -> Flow {
    for node in nodes {
      line = node.line
      try charge()
      let flow = try run(node)
      if flow != .onward { return flow }
    }
    return .onward
  }

  private func run(_ node: TemplateNode) throws(ChatTemplateError) -> Flow {
    switch node.kind {
    case .text(let text): try write(text)
    case .output(let expression): try write(text(of: evaluate(expression)))
    case .condition(let branches, let otherwise):
      for (test, body) in branches where try evaluate(test).isTrue { return try run(body) }
      return try run(otherwise)
    case .loop(let loop): try run(loop, over: evaluate(loop.items))
    case .set(let target, let expression): try assign(evaluate(expression), to: target)
    case .setBlock(let target, let filters, let body):
      try assign(filtered(body, by: filters), to: target)
    case .macro(let macro): set(macro.name, try define(macro))
    case .callBlock(let callee, let arguments, let caller):
      var call = try evaluate(arguments)
      call.named["caller"] = try define(caller)
      try write(text(of: self.call(callee, call)))
    case .generation(let body):
      let text = try inScope([:]) { () throws(ChatTemplateError) in
        try captured { () throws(ChatTemplateError) in _ = try run(body) }
      }
      try write(text.generated)
    case .with(let values, let body):
      var scope: [String: TemplateValue] = [:]
      for (name, value) in values { scope[name] = try evaluate(value) }
      return try inScope(scope) { () throws(ChatTemplateError) in try run(body) }
    case .filter(let filters, let body): try write(text(of: filtered(body, by: filters)))
    case .breakLoop: return .breakLoop
    case .continueLoop: return .continueLoop
    }
    return .onward
  }

  /// Runs `body` with further variables, which are gone afterwards.
  func inScope<Result>(
    _ scope: [String: TemplateValue], _ body: () throws(ChatTemplateError) -> Result
  ) throws(ChatTemplateError) -> Result {
    scopes.append(scope)
    defer { scopes.removeLast() }
    return try body()
  }

  // MARK: What is written

  private func write(_ text: TemplateText) throws(ChatTemplateError) {
    try chargeText(output.byteCount + text.byteCount, copied: text.weight)
    output.append(text)
  }

  /// Runs statements and returns what they wrote instead of writing it.
  func captured(
    _ body: () throws(ChatTemplateError) -> Void
  ) throws(ChatTemplateError) -> TemplateText {
    let outer = output
    output = ""
    defer { output = outer }
    try body()
    return output
  }

  /// Returns what filters make of what statements write.
  private func filtered(
    _ body: [TemplateNode], by filters: TemplateExpression
  ) throws(ChatTemplateError) -> TemplateValue {
    let text = try inScope([:]) { () throws(ChatTemplateError) in
      try captured { () throws(ChatTemplateError) in _ = try run(body) }
    }
    let outer = captured
    captured = text
    defer { captured = outer }
    return try evaluate(filters)
  }

  // MARK: Limits

  /// Counts `count` steps.
  func charge(_ count: Int = 1) throws(ChatTemplateError) {
    steps += count
    guard steps <= TemplateLimit.steps else { throw limit("1,000,000 steps") }
  }

  /// Runs `body` one level deeper.
  func deeper<Result>(
    _ body: () throws(ChatTemplateError) -> Result
  ) throws(ChatTemplateError) -> Result {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 10 * TemplateLimit.depth else { throw tooDeep }
    try charge()
    return try body()
  }

  /// Notes that the template named a value of the row.
  func markRead(_ name: String) {
    if !rowNodes.isEmpty, let node = rowNodes[name] { read.insert(node) }
  }

  /// Notes that the template looked at what a key of the conversation stands for.
  func markRead(_ key: TemplateValue, _ value: TemplateValue) {
    switch value {
    case .none, .bool, .int, .float:
      if let node = key.text?.runs.first?.node { read.insert(node) }
    default: break
    }
  }
}
