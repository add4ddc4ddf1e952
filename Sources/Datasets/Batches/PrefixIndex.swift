/// Finds what rows begin with that rows before them begin with too, so that it is computed once.
///
/// Beginnings are compared in blocks of ``blockLength`` tokens, up to the first token of an answer. A block
/// is alike if the token after it is too: then what each of its tokens is followed by is the same, and a
/// loss of that, where prompts have some, is one for all. Rows that have their first block in common are a
/// group, whose rows are computed together, never cut apart by micro-batches; a group that grows too long
/// is followed by another one. Which rows make a group depends on them and their order alone.
package struct PrefixIndex {
  /// Tokens of a block.
  static let blockLength = 16
  /// Tokens that the rows of a group compute at most, a single row excepted.
  static let groupLimit = 2048

  private var groups: [Group] = []
  /// The group that takes further rows, by its first block.
  private var open: [ArraySlice<Int32>: Int] = [:]

  /// Knows no row yet.
  package init() {}

  private struct Group {
    /// Tokens that its rows compute.
    var computed = 0
    /// The blocks that follow another one, by it and their tokens.
    var blocks: [Step: Block] = [:]
    var blockCount = 0
  }

  /// A block after another one, with the token that follows it; 0 is the beginning of a row.
  private struct Step: Hashable {
    let parent: Int
    let tokens: ArraySlice<Int32>
  }

  private struct Block {
    let number: Int
    /// Where its first token is computed.
    let row: Int
  }

  /// Where a row is computed.
  package struct Place {
    /// Its group, counted from 0.
    let group: Int
    /// Where the tokens that it begins with are computed already.
    package let known: [Int32]
  }

  /// Takes the next row, whose tokens that are not yet known are computed from `row` on.
  package mutating func place(_ example: EncodedExample, from row: Int) -> Place {
    let ids = example.ids
    let shareable = max(0, (example.lossMask.firstIndex(of: true) ?? 0) - 1)
    let blockCount = min(shareable, ids.count - 2) / Self.blockLength
    guard blockCount > 0 else {
      groups.append(Group())
      return Place(group: groups.count - 1, known: [])
    }
    func block(_ index: Int) -> ArraySlice<Int32> {
      ids[index * Self.blockLength...(index + 1) * Self.blockLength]
    }
    var number = open[block(0)] ?? begin(block(0))
    var found = known(blockCount, in: groups[number], block)
    let others = example.other?.computedCount ?? 0
    let computed = ids.count - 1 - found.count * Self.blockLength + others
    if groups[number].computed > 0, groups[number].computed + computed > Self.groupLimit {
      number = begin(block(0))
      found = []
    }
    var parent = found.last?.number ?? 0
    for index in found.count..<blockCount {
      groups[number].blockCount += 1
      let offset = (index - found.count) * Self.blockLength
      let added = Block(number: groups[number].blockCount, row: row + offset)
      groups[number].blocks[Step(parent: parent, tokens: block(index))] = added
      parent = added.number
    }
    groups[number].computed += ids.count - 1 - found.count * Self.blockLength + others
    return Place(
      group: number,
      known: found.flatMap { Int32($0.row)..<Int32($0.row + Self.blockLength) })
  }

  private mutating func begin(_ block: ArraySlice<Int32>) -> Int {
    groups.append(Group())
    open[block] = groups.count - 1
    return groups.count - 1
  }

  /// The blocks of a row, in order, that the group has.
  private func known(
    _ count: Int, in group: Group, _ block: (Int) -> ArraySlice<Int32>
  ) -> [Block] {
    var found: [Block] = []
    while found.count < count,
      let next = group.blocks[Step(parent: found.last?.number ?? 0, tokens: block(found.count))]
    {
      found.append(next)
    }
    return found
  }
}
