import Testing

@testable import Training

@Suite("Slices of the optimizer's state") struct StateSlicesTests {
  @Test("hold each number once, in chunks that are not too large", arguments: [1, 2, 3, 8])
  func cover(workers: Int) {
    let counts = [5_000_000, 3, 0, 700_000, 700_000, 12, 2_000_000]
    let slices = StateSlices(counts: counts, workers: workers)
    var seen = counts.map { _ in 0 }
    for worker in 0..<workers {
      for chunk in slices.chunks[worker] {
        #expect(chunk.numberCount <= 1 << 20)
        for piece in chunk {
          #expect(slices.owners[piece.parameter] == worker)
          #expect(piece.range.lowerBound == seen[piece.parameter])
          seen[piece.parameter] = piece.range.upperBound
        }
      }
    }
    #expect(seen == counts)
  }

  @Test("are as equal as whole parameters allow", arguments: [2, 4])
  func balance(workers: Int) {
    let counts = Array(repeating: [1000, 100, 10], count: 12).flatMap(\.self)
    let slices = StateSlices(counts: counts, workers: workers)
    var loads = [Int](repeating: 0, count: workers)
    for (count, owner) in zip(counts, slices.owners) { loads[owner] += count }
    let whole = counts.reduce(0, +)
    #expect(loads.allSatisfy { $0 * workers <= whole * 102 / 100 })
  }
}
