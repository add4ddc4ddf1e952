package import Tokenizers

/// What the tokens of a vocabulary write, as a prefix tree that is laid out in the order of a walk.
///
/// A node is a beginning of texts. Those that go on from it come right after it, so that a walk
/// is one pass over an array that leaps over what may not be written.
package struct TokenTexts: Sendable {
  /// How many tokens there are, those that write nothing counted.
  package let count: Int
  /// The last byte of each node.
  let bytes: [UInt8]
  /// How many bytes each node has, at least one.
  let depths: [Int32]
  /// The node after all that go on from each.
  let ends: [Int32]
  /// Where the tokens of each node begin in `tokens`, and those of the node after the last.
  let tokenPlaces: [Int32]
  /// The tokens that write something, in the order of what they write.
  let tokens: [Int32]
  /// The longest text.
  let longest: Int
  /// The tokens with two quotes or more, which may hold a whole key of an object.
  let quoted: [Int32]
  private let texts: [[UInt8]]

  /// The texts of a tokenizer for a model with logits for `count` tokens.
  package init(_ tokenizer: Tokenizer, count: Int) {
    self.init((0..<Int32(clamping: count)).map { tokenizer.writtenBytes(of: $0) ?? [] })
  }

  /// Takes what each token writes; an empty text is that of a token which writes nothing, and is
  /// never to be chosen.
  package init(_ texts: [[UInt8]]) {
    self.texts = texts
    count = texts.count
    let ids = texts.indices.filter { !texts[$0].isEmpty }
    tokens = ids.sorted {
      texts[$0] == texts[$1] ? $0 < $1 : texts[$0].lexicographicallyPrecedes(texts[$1])
    }.map { Int32($0) }
    longest = texts.reduce(0) { max($0, $1.count) }
    quoted = tokens.filter { texts[Int($0)].count { $0 == UInt8(ascii: "\"") } > 1 }
    var nodes = Nodes()
    for token in tokens { nodes.add(texts[Int(token)]) }
    nodes.finish(tokens.count)
    (bytes, depths, ends, tokenPlaces) = (nodes.bytes, nodes.depths, nodes.ends, nodes.places)
  }

  /// What a token writes, as a text before it has begun; empty for one that writes nothing.
  package func bytes(of token: Int32) -> [UInt8] {
    texts.indices.contains(Int(token)) ? texts[Int(token)] : []
  }

  /// Returns the tokens whose text begins with `beginning`.
  func tokens(beginningWith beginning: some Collection<UInt8>) -> ArraySlice<Int32> {
    var (node, end, found) = (0, bytes.count, -1)
    for byte in beginning {
      while node < end, bytes[node] != byte { node = Int(ends[node]) }
      guard node < end else { return [] }
      (found, end) = (node, Int(ends[node]))
      node += 1
    }
    guard found >= 0 else { return tokens[...] }
    return tokens[Int(tokenPlaces[found])..<Int(tokenPlaces[end])]
  }

  /// The nodes while they are laid out, from texts in their order.
  private struct Nodes {
    var bytes: [UInt8] = []
    var depths: [Int32] = []
    var ends: [Int32] = []
    var places: [Int32] = []
    /// The text added last, and its nodes.
    private var last: [UInt8] = []
    private var path: [Int] = []
    private var tokenCount: Int32 = 0

    mutating func add(_ text: [UInt8]) {
      let common = zip(last, text).prefix { $0 == $1 }.count
      close(to: common)
      for depth in common..<text.count {
        path.append(bytes.count)
        bytes.append(text[depth])
        depths.append(Int32(depth + 1))
        ends.append(0)
        places.append(tokenCount)
      }
      last = text
      tokenCount += 1
    }

    mutating func finish(_ count: Int) {
      close(to: 0)
      places.append(Int32(count))
    }

    private mutating func close(to depth: Int) {
      while path.count > depth { ends[path.removeLast()] = Int32(bytes.count) }
    }
  }
}
