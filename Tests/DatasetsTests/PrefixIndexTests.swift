import Testing

@testable import Datasets

/// Which rows are computed together, and what of them is computed once.
@Suite("Rows that begin alike") struct PrefixIndexTests {
  /// A row of a beginning and an answer of its own.
  private static func row(_ beginning: some Collection<Int32>, own: Int = 4, number: Int = 0)
    -> EncodedExample
  {
    let ids = Array(beginning) + (0..<Int32(own)).map { 1000 + Int32(number) * 50 + $0 }
    let first = beginning.count
    return EncodedExample(
      ids: ids, lossMask: ids.indices.map { $0 > first }, row: number)
  }

  @Test("share whole blocks, up to the token before the first that has a loss")
  func blocks() {
    let rows = [
      Self.row(0..<40, number: 0), Self.row(0..<40, number: 1),
      Self.row(Array(0..<20) + Array(500..<530), number: 2), Self.row(0..<15, number: 3),
      Self.row(0..<15, number: 4),
    ]
    let batch = PackedBatch(rows, sharing: true)
    #expect(batch.sequences.map(\.sharedCount) == [0, 32, 16, 0, 0])
    #expect(
      batch.tokens.isShared
        && batch.tokens.keyRows.count == rows.reduce(0) { $0 + $1.ids.count - 1 })
    for (sequence, row) in zip(batch.sequences, rows) {
      let own = Int(sequence.start)..<Int(sequence.start + sequence.count)
      #expect(Array(batch.inputs[own]) == Array(row.ids.dropLast().suffix(own.count)))
    }
    // The keys that a row sees are its tokens.
    #expect(
      batch.tokens.keyRows.map { batch.inputs[Int($0)] } == rows.flatMap { $0.ids.dropLast() })
    #expect(RowGroups(rows, sharing: true).counts == [3, 1, 1])
    #expect(PackedBatch(rows).tokens.isShared == false)
  }

  @Test("a group that is long enough is followed by another one") func limit() {
    let rows = (0..<30).map { Self.row(0..<64, own: 200, number: $0) }
    let groups = RowGroups(rows, sharing: true)
    #expect(groups.counts.count > 2 && groups.counts.reduce(0, +) == 30)
    #expect(groups.sizes.allSatisfy { $0 <= PrefixIndex.groupLimit })
  }

  @Test("groups are the same whatever other groups are there", arguments: 0..<20)
  func apart(seed: UInt64) {
    var random = Generator(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 1)
    let rows = (0..<40).map { number in
      let kind = Int32.random(in: 0..<5, using: &random) * 100
      let count = Int32.random(in: 0...60, using: &random)
      return Self.row(
        kind..<kind + count, own: .random(in: 2...300, using: &random), number: number)
    }
    let groups = RowGroups(rows, sharing: true)
    #expect(groups.order.sorted() == Array(rows.indices))
    #expect(groups.ungrouped(groups.order) == Array(rows.indices))
    let grouped = groups.order.map { rows[$0] }
    let whole = PackedBatch(grouped, sharing: true)
    #expect(whole.inputs.count == groups.size)
    var parts: [Int32] = []
    for part in groups.microBatches(budget: 500) {
      let batch = PackedBatch(grouped[part.rows], sharing: true)
      #expect(batch.inputs.count == part.size)
      parts += batch.sequences.map(\.sharedCount)
    }
    #expect(parts == whole.sequences.map(\.sharedCount))
  }

  /// Numbers that are the same in each run.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 33
    }
  }
}
