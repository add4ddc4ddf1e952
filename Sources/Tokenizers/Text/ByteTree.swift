/// Byte strings with a number each, found by their beginnings: a prefix tree in one flat hash table.
struct ByteTree: Sendable {
  /// Where the bytes read so far lead.
  typealias Node = Int
  /// Where nothing has been read.
  static let root: Node = 0

  /// `node << 8 | byte`, plus one, of each edge; 0 where there is none.
  private var edges: [UInt64]
  /// The node that each edge leads to.
  private var targets: [Int32]
  /// The number of the string that ends at each node, or -1.
  private var numbers: [Int32] = [-1]
  private var edgeCount = 0

  init() {
    edges = [UInt64](repeating: 0, count: 64)
    targets = [Int32](repeating: 0, count: 64)
  }

  /// Adds `string`; a second one of the same bytes replaces the number.
  mutating func insert(_ string: some Sequence<UInt8>, number: Int32) {
    var node = Self.root
    for byte in string { node = child(of: node, by: byte) ?? addChild(to: node, by: byte) }
    numbers[node] = number
  }

  /// Returns where `byte` leads from `node`.
  func child(of node: Node, by byte: UInt8) -> Node? {
    let edge = UInt64(node) << 8 | UInt64(byte) + 1
    var place = slot(of: edge)
    while edges[place] != 0 {
      if edges[place] == edge { return Int(targets[place]) }
      place = (place + 1) & (edges.count - 1)
    }
    return nil
  }

  /// The number of the string that ends at `node`, or -1.
  func number(at node: Node) -> Int32 { numbers[node] }

  /// Returns where `string` leads.
  func node(after string: some Sequence<UInt8>) -> Node? {
    var node = Self.root
    for byte in string {
      guard let next = child(of: node, by: byte) else { return nil }
      node = next
    }
    return node
  }

  /// Returns the longest string that begins at `place` of `text`, read on from `node`.
  func longest(
    in text: [UInt8], _ range: Range<Int>, from node: Node = root
  ) -> (number: Int32, end: Int)? {
    var node = node
    var best: (number: Int32, end: Int)?
    for place in range {
      guard let next = child(of: node, by: text[place]) else { break }
      node = next
      if numbers[node] >= 0 { best = (numbers[node], place + 1) }
    }
    return best
  }

  /// Multiplication by an odd constant, of which the upper bits are well mixed.
  private func slot(of edge: UInt64) -> Int {
    Int(truncatingIfNeeded: (edge &* 0x9E37_79B9_7F4A_7C15) >> 32) & (edges.count - 1)
  }

  private mutating func addChild(to node: Node, by byte: UInt8) -> Node {
    if edgeCount * 2 >= edges.count { grow() }
    numbers.append(-1)
    add(UInt64(node) << 8 | UInt64(byte) + 1, Int32(numbers.count - 1))
    edgeCount += 1
    return numbers.count - 1
  }

  private mutating func add(_ edge: UInt64, _ target: Int32) {
    var place = slot(of: edge)
    while edges[place] != 0 { place = (place + 1) & (edges.count - 1) }
    edges[place] = edge
    targets[place] = target
  }

  private mutating func grow() {
    let (oldEdges, oldTargets) = (edges, targets)
    edges = [UInt64](repeating: 0, count: oldEdges.count * 2)
    targets = [Int32](repeating: 0, count: oldEdges.count * 2)
    for (edge, target) in zip(oldEdges, oldTargets) where edge != 0 { add(edge, target) }
  }
}
