/// What may be written, byte by byte: rules that may refer to each other, and where to begin.
///
/// Whatever has been written by it can be brought to an end: what could not is left out when
/// it is made, and levels of nesting are counted while it is followed.
package struct Grammar: Sendable {
  /// The place of a rule among the rules.
  typealias Rule = Int

  /// What a rule stands for.
  enum Node: Hashable, Sendable {
    /// Nothing at all.
    case nothing
    /// One byte of a set.
    case byte(ByteSet)
    /// These bytes, at least one.
    case text([UInt8])
    /// One after the other.
    case sequence([Rule])
    /// One of them.
    case choice([Rule])
    /// The same again and again; without `most` as often as wanted.
    case repetition(Rule, least: Int, most: Int?)
    /// A level of nesting deeper.
    case nested(Rule)
  }

  /// Levels of objects and arrays, at most; our own reader of JSON takes more.
  static let nestingLimit = 64

  let nodes: [Node]
  let start: Rule
  /// Whether objects may have keys that it does not name.
  let hasFreeKeys: Bool
  /// How many levels of nesting a rule needs at least, beyond the limit for what never ends.
  let heights: [Int]
  /// Bytes that no rule tells apart have the same class.
  let classes: [UInt8]
  let classCount: Int

  /// Takes the rules that were gathered; see ``isFulfillable``.
  init(_ builder: GrammarBuilder, start: Rule) {
    nodes = builder.nodes
    self.start = start
    hasFreeKeys = builder.hasFreeKeys
    heights = Self.heights(of: nodes)
    (classes, classCount) = Self.classes(of: nodes)
  }

  /// Whether anything that ends can be written.
  var isFulfillable: Bool { isFulfillable(start) }

  /// Whether a rule can write anything that ends.
  func isFulfillable(_ rule: Rule) -> Bool { heights[rule] <= Self.nestingLimit }

  /// The least levels that each rule needs, `nestingLimit` + 1 for those that need more.
  private static func heights(of nodes: [Node]) -> [Int] {
    let beyond = nestingLimit + 1
    var heights = [Int](repeating: beyond, count: nodes.count)
    var users = [[Rule]](repeating: [], count: nodes.count)
    for (rule, node) in nodes.enumerated() {
      for part in node.parts { users[part].append(rule) }
    }
    var waiting = Array(nodes.indices.reversed())
    while let rule = waiting.popLast() {
      let height =
        switch nodes[rule] {
        case .nothing, .byte, .text: 0
        case .sequence(let parts): parts.reduce(0) { max($0, heights[$1]) }
        case .choice(let parts): parts.reduce(beyond) { min($0, heights[$1]) }
        case .repetition(let part, let least, _): least == 0 ? 0 : heights[part]
        case .nested(let part): min(beyond, heights[part] + 1)
        }
      guard height < heights[rule] else { continue }
      heights[rule] = height
      waiting += users[rule]
    }
    return heights
  }

  /// Cuts the bytes into classes that every set has whole or not at all.
  private static func classes(of nodes: [Node]) -> ([UInt8], Int) {
    var classes = [UInt8](repeating: 0, count: 256)
    var count = 1
    var seen: Set<ByteSet> = []
    /// Parts each class into those bytes that are in the set and those that are not.
    func refine(_ set: ByteSet) {
      guard count < 256, seen.insert(set).inserted else { return }
      var numbers: [Int: UInt8] = [:]
      var refined = classes
      for byte in 0..<256 {
        let key = Int(classes[byte]) << 1 | (set.contains(UInt8(byte)) ? 1 : 0)
        let number = numbers[key] ?? UInt8(numbers.count)
        numbers[key] = number
        refined[byte] = number
      }
      (classes, count) = (refined, numbers.count)
    }
    for node in nodes {
      switch node {
      case .byte(let set): refine(set)
      case .text(let bytes): for byte in bytes { refine(ByteSet(byte...byte)) }
      default: break
      }
    }
    return (classes, count)
  }
}

extension Grammar.Node {
  /// The rules it refers to.
  fileprivate var parts: [Grammar.Rule] {
    switch self {
    case .nothing, .byte, .text: []
    case .sequence(let parts), .choice(let parts): parts
    case .repetition(let part, _, _), .nested(let part): [part]
    }
  }
}
