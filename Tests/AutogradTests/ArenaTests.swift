import Tensors
import TestSupport
import Testing

@Suite("An arena") struct ArenaTests {
  @Test("gives what is free again, whatever its size") func reuse() {
    let arena = Arena()
    for count in [1000, 900, 37, 1000, 512, 1] {
      let (a, b) = (arena.storage(count), arena.storage(count / 2))
      #expect(a.capacity >= count && a.address.bits % 64 == 0)
      #expect(abs(floats(from: b, to: a)) >= min(a.capacity, b.capacity))
    }
    #expect(arena.liveCount == 0)
    #expect(arena.highWater == arena.peakCount)
    #expect(arena.peakCount == 1008 + 512)
    #expect(arena.regionCount == 1)
  }

  @Test("joins neighbours that are given back in any order", arguments: 0..<6)
  func joins(order: Int) {
    let arena = Arena()
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    var blocks: [Storage?] = (0..<3).map { _ in arena.storage(64) }
    let last = arena.storage(64)
    for index in orders[order] { blocks[index] = nil }
    let whole = arena.storage(192)
    #expect(arena.highWater == 256)
    #expect(floats(from: whole, to: last) == 192)
  }

  @Test("keeps blocks apart, with many of them alive") func apart() {
    let arena = Arena()
    var blocks: [Tensor] = []
    for round in 0..<400 {
      let block = Tensor(uninitialized: [(round * 7 % 90 / 16 + 1) * 16], in: arena)
      block.fill(Float(round))
      blocks.append(block)
      if round % 3 == 2 { blocks.remove(at: round * 31 % blocks.count) }
    }
    for block in blocks { #expect(Set(block.values).count == 1) }
    #expect(Set(blocks.map { $0[0] }).count == blocks.count)
    let live = blocks.reduce(0) { $0 + $1.count }
    #expect(arena.liveCount == live)
  }

  @Test("outlives its owner for as long as a block lives") func lives() {
    let tensor = { Tensor([1, 2, 3], shape: [3]).copy(in: Arena()) }()
    #expect(tensor.values == [1, 2, 3])
  }

  @Test("a block that no region holds gets one of its own") func large() {
    let arena = Arena()
    arena.reserve(100)
    let count = 70 << 20
    let large = Tensor(uninitialized: [count], in: arena)
    #expect(arena.regionCount == 2)
    large[count - 1] = 1
    #expect(large[count - 1] == 1)
  }

  /// How many floats lie between the beginnings of two blocks.
  private func floats(from first: Storage, to second: Storage) -> Int {
    (Int(bitPattern: second.address.bits) - Int(bitPattern: first.address.bits)) / 4
  }
}
