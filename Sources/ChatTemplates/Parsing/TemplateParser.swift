/// Turns the segments of a template into statements; runs nothing.
struct TemplateParser {
  private let segments: [TemplateSegment]
  private var place = 0
  private var depth = 0

  /// The tokens of the tag that is being read.
  var tokens: [TemplateToken] = []
  var tokenPlace = 0
  /// The line of that tag.
  var line = 1
  /// Operators, calls and filters so far in that tag, and open parentheses.
  var chainLength = 0
  var expressionDepth = 0
  /// Which of `varargs`, `kwargs` and `caller` were named since the last macro began.
  var caught: Set<String> = []
  /// Whether a `{% generation %}` was met.
  private(set) var hasGeneration = false

  init(_ segments: [TemplateSegment]) { self.segments = segments }

  mutating func template() throws(ChatTemplateError) -> [TemplateNode] {
    let body = try self.body(until: [])
    return body.nodes
  }

  /// Reads statements up to one that begins with a word of `ends`, whose tag is then current,
  /// with the word read.
  private mutating func body(
    until ends: [String]
  ) throws(ChatTemplateError) -> (nodes: [TemplateNode], end: String) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= TemplateLimit.depth else { throw failure(.limit("100 levels of statements")) }
    let start = line
    var nodes: [TemplateNode] = []
    while place < segments.count {
      let segment = segments[place]
      place += 1
      line = segment.line
      switch segment.kind {
      case .text(let text):
        nodes.append(TemplateNode(kind: .text(TemplateText(text)), line: line))
      case .output(let tokens):
        begin(tokens)
        nodes.append(TemplateNode(kind: .output(try tuple()), line: segment.line))
        try endTag()
      case .statement(let tokens):
        begin(tokens)
        let word = try name("a statement")
        if ends.contains(word) { return (nodes, word) }
        nodes.append(TemplateNode(kind: try statement(word), line: segment.line))
      }
    }
    guard ends.isEmpty else {
      let expected = ends.map { "`{% \($0) %}`" }.joined(separator: " or ")
      throw ChatTemplateError(
        fault: .syntax(expected: expected, found: "the end of the template"), line: start)
    }
    return (nodes, "")
  }

  private mutating func begin(_ tokens: [TemplateToken]) {
    self.tokens = tokens
    tokenPlace = 0
    chainLength = 0
  }

  /// Reads a statement whose first word has been read.
  private mutating func statement(
    _ word: String
  ) throws(ChatTemplateError) -> TemplateNode.Kind {
    switch word {
    case "if": return try condition()
    case "for": return try loop()
    case "set": return try set()
    case "macro": return try macro()
    case "filter":
      let name = try self.name("a filter")
      let arguments = take("(") ? try self.arguments() : TemplateArguments()
      let filtered = try filters(.filter(.captured, name, arguments))
      return .filter(filtered, try block("endfilter"))
    case "call": return try callBlock()
    case "with": return try with()
    case "autoescape":
      guard case .constant(.bool(false)) = try expression() else {
        throw failure(.unsupported(kind: "statement", name: "autoescape true"))
      }
      return .with([], try block("endautoescape"))
    case "break":
      try endTag()
      return .breakLoop
    case "continue":
      try endTag()
      return .continueLoop
    case "generation":
      hasGeneration = true
      return .generation(try block("endgeneration"))
    case "block":
      // Without inheritance, a block is its text.
      _ = try name("the block's name")
      _ = takeName("scoped")
      _ = takeName("required")
      return .with([], try block("endblock"))
    default: throw failure(.unsupported(kind: "statement", name: word))
    }
  }

  /// Reads the end of the current tag, then a body up to `end`, and that tag's end.
  mutating func block(_ end: String) throws(ChatTemplateError) -> [TemplateNode] {
    try endTag()
    let nodes = try body(until: [end]).nodes
    // A name may follow, as in `{% endblock title %}`.
    if end == "endblock", tokenPlace < tokens.count { tokenPlace += 1 }
    try endTag()
    return nodes
  }

  private mutating func condition() throws(ChatTemplateError) -> TemplateNode.Kind {
    var branches: [(test: TemplateExpression, body: [TemplateNode])] = []
    while true {
      let test = try expression()
      try endTag()
      let (nodes, end) = try body(until: ["elif", "else", "endif"])
      branches.append((test, nodes))
      guard end != "elif" else { continue }
      let otherwise = end == "else" ? try block("endif") : []
      if end == "endif" { try endTag() }
      return .condition(branches, otherwise: otherwise)
    }
  }

  private mutating func loop() throws(ChatTemplateError) -> TemplateNode.Kind {
    let target = try targets(namespaces: false)
    try expectName("in")
    // Without `if … else`, which would swallow the loop's own condition.
    var items = try binary(1)
    if stands(",") {
      var parts = [items]
      while take(",") { parts.append(try binary(1)) }
      items = .tuple(parts)
    }
    let condition = takeName("if") ? try expression() : nil
    let isRecursive = takeName("recursive")
    try endTag()
    let (nodes, end) = try body(until: ["else", "endfor"])
    let otherwise = end == "else" ? try block("endfor") : []
    if end == "endfor" { try endTag() }
    return .loop(
      TemplateFor(
        target: target, items: items, condition: condition, body: nodes, otherwise: otherwise,
        isRecursive: isRecursive))
  }
}
