package import Tokenizers

/// What the tokens of a vocabulary write, as a prefix tree that is laid out in the order of a walk.
///
/// A node is a beginning of texts. Those that go on from it come right after it, so that a walk
/// is one pass over an array that leaps over what may not be written.
package struct TokenTexts: Sendable {
  /// A beginning of texts.
  struct Node {
    /// The node after all that go on from this one.
    var end: Int32 = 0
    /// The first token that writes just this; -1 when none does.
    var token: Int32 = -1
    /// How many bytes it has, at least one.
    let depth: UInt16
    /// The last of them.
    let byte: UInt8
    /// Whether other tokens write the same.
    var hasTwins = false
  }

  /// How many tokens there are, those that write nothing counted.
  package let count: Int
  let nodes: [Node]
  /// The longest text.
  let longest: Int
  /// The tokens with two quotes or more, which may hold a whole key of an object.
  let quoted: [Int32]
  /// Of tokens that write the same, those after the first.
  private let twins: [Int32: [Int32]]
  private let texts: [[UInt8]]

  /// The texts of a tokenizer for a model with logits for `count` tokens.
  package init(_ tokenizer: Tokenizer, count: Int) {
    self.init((0..<Int32(clamping: count)).map { tokenizer.writtenBytes(of: $0) ?? [] })
  }

  /// Takes what each token writes; an empty text is that of a token which writes nothing, and is
  /// never to be chosen, no more than one of more bytes than a node counts.
  package init(_ texts: [[UInt8]]) {
    let texts = texts.map { $0.count > UInt16.max ? [] : $0 }
    self.texts = texts
    count = texts.count
    let ids = texts.indices.filter { !texts[$0].isEmpty }.sorted {
      texts[$0] == texts[$1] ? $0 < $1 : texts[$0].lexicographicallyPrecedes(texts[$1])
    }
    longest = texts.reduce(0) { max($0, $1.count) }
    quoted = ids.filter { texts[$0].count { $0 == UInt8(ascii: "\"") } > 1 }.map { Int32($0) }
    var layout = Layout()
    for id in ids { layout.add(texts[id], Int32(id)) }
    layout.close(to: 0)
    (nodes, twins) = (layout.nodes, layout.twins)
  }

  /// What a token writes, as a text before it has begun; empty for one that writes nothing.
  package func bytes(of token: Int32) -> [UInt8] {
    texts.indices.contains(Int(token)) ? texts[Int(token)] : []
  }

  /// Returns the tokens that write what a node, which has one, does.
  func tokens(of node: Node) -> [Int32] {
    [node.token] + (node.hasTwins ? twins[node.token] ?? [] : [])
  }

  /// Returns the tokens whose text begins with `beginning`, which is not empty.
  func tokens(beginningWith beginning: some Collection<UInt8>) -> [Int32] {
    var (place, end, found) = (0, nodes.count, 0)
    for byte in beginning {
      while place < end, nodes[place].byte != byte { place = Int(nodes[place].end) }
      guard place < end else { return [] }
      (found, end) = (place, Int(nodes[place].end))
      place += 1
    }
    return nodes[found..<end].filter { $0.token >= 0 }.flatMap(tokens)
  }

  /// The nodes while they are laid out, from texts in their order.
  private struct Layout {
    var nodes: [Node] = []
    var twins: [Int32: [Int32]] = [:]
    /// The text added last, and its nodes.
    private var last: [UInt8] = []
    private var path: [Int] = []

    mutating func add(_ text: [UInt8], _ token: Int32) {
      guard text != last else { return addTwin(token) }
      let common = zip(last, text).prefix { $0 == $1 }.count
      close(to: common)
      for depth in common..<text.count {
        path.append(nodes.count)
        nodes.append(Node(depth: UInt16(depth + 1), byte: text[depth]))
      }
      nodes[nodes.count - 1].token = token
      last = text
    }

    private mutating func addTwin(_ token: Int32) {
      nodes[nodes.count - 1].hasTwins = true
      twins[nodes[nodes.count - 1].token, default: []].append(token)
    }

    /// Ends the nodes of more than `depth` bytes.
    mutating func close(to depth: Int) {
      while path.count > depth { nodes[path.removeLast()].end = Int32(nodes.count) }
    }
  }
}
