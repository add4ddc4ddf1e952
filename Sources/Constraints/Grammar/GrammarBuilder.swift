/// Gathers the rules of a grammar; equal ones are one.
struct GrammarBuilder {
  typealias Rule = Grammar.Rule

  /// Rules, at most: what has more is refused, and nothing is kept beyond.
  static let ruleLimit = 200_000

  private(set) var nodes: [Grammar.Node] = []
  private var known: [Grammar.Node: Rule] = [:]
  /// Whether an object may have keys that are not named.
  var hasFreeKeys = false
  /// Whether there were more rules than are kept.
  private(set) var isFull = false

  /// Returns the rule of a node.
  mutating func add(_ node: Grammar.Node) -> Rule {
    if let rule = known[node] { return rule }
    let rule = append(node)
    known[node] = rule
    return rule
  }

  /// Returns a rule to be said later by ``set(_:to:)``, for those that refer to themselves.
  mutating func reserve() -> Rule { append(.choice([])) }

  /// Says what a reserved rule is.
  mutating func set(_ rule: Rule, to node: Grammar.Node) { nodes[rule] = node }

  private mutating func append(_ node: Grammar.Node) -> Rule {
    guard nodes.count < Self.ruleLimit else {
      isFull = true
      return 0
    }
    nodes.append(node)
    return nodes.count - 1
  }

  // MARK: Shapes

  mutating func text(_ text: String) -> Rule {
    add(text.isEmpty ? .nothing : .text(Array(text.utf8)))
  }

  mutating func byte(_ set: ByteSet) -> Rule { add(.byte(set)) }

  mutating func sequence(_ parts: [Rule]) -> Rule {
    parts.count == 1 ? parts[0] : add(parts.isEmpty ? .nothing : .sequence(parts))
  }

  mutating func choice(_ parts: [Rule]) -> Rule {
    parts.count == 1 ? parts[0] : add(.choice(parts))
  }

  mutating func repetition(_ part: Rule, _ least: Int, _ most: Int?) -> Rule {
    most == 0 ? add(.nothing) : add(.repetition(part, least: least, most: most))
  }

  mutating func optional(_ part: Rule) -> Rule { choice([add(.nothing), part]) }

  /// One character of a set, in UTF-8.
  mutating func character(of set: CharacterRanges) -> Rule {
    choice(
      set.byteRanges.map { ranges in
        sequence(ranges.map { byte(ByteSet($0)) })
      })
  }
}
