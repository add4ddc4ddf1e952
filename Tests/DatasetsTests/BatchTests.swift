import Datasets
import Testing

@Suite("Batches") struct BatchTests {
  @Test("every row is met once an epoch", arguments: [1, 2, 7, 8, 9, 100], [1, 3, 8])
  func coverage(rows: Int, batch: Int) {
    let sampler = BatchSampler(rowCount: rows, batchSize: batch, seed: 5)
    var sequence = BatchSequence(sampler)
    for epoch in 0..<3 {
      let steps = (0..<sampler.stepsPerEpoch).map { _ in sequence.next() }
      #expect(steps.flatMap { $0 }.sorted() == Array(0..<rows))
      #expect(steps.dropLast().allSatisfy { $0.count == batch })
      #expect(sequence.position == BatchPosition(epoch: epoch + 1))
    }
  }

  @Test func ordersDifferBetweenEpochsAndSeeds() {
    let sampler = BatchSampler(rowCount: 50, batchSize: 8, seed: 5)
    #expect(sampler.order(ofEpoch: 0) == sampler.order(ofEpoch: 0))
    #expect(sampler.order(ofEpoch: 0) != sampler.order(ofEpoch: 1))
    let other = BatchSampler(rowCount: 50, batchSize: 8, seed: 6)
    #expect(sampler.order(ofEpoch: 0) != other.order(ofEpoch: 0))
  }

  @Test func aSavedPositionGoesOnExactly() {
    let sampler = BatchSampler(rowCount: 23, batchSize: 4, seed: 5)
    var straight = BatchSequence(sampler)
    for step in 0..<20 {
      #expect(straight.position == sampler.position(afterSteps: step))
      var resumed = BatchSequence(sampler, from: straight.position)
      var ahead = straight
      for _ in 0..<9 { #expect(resumed.next() == ahead.next()) }
      _ = straight.next()
    }
  }

  @Test("micro-batches are the step cut into pieces", arguments: [1, 5, 8, 13, 1000])
  func microBatches(budget: Int) {
    let lengths = [3, 5, 8, 1, 1, 1, 20, 2, 6]
    let ranges = MicroBatches.ranges(lengths: lengths, budget: budget)
    #expect(ranges.flatMap { Array($0) } == Array(lengths.indices))
    for range in ranges {
      #expect(range.count == 1 || lengths[range].reduce(0, +) <= budget)
    }
    // No piece could have taken the sequence after it.
    for (range, next) in zip(ranges, ranges.dropFirst()) {
      #expect(lengths[range].reduce(0, +) + lengths[next.lowerBound] > budget)
    }
  }

  @Test func noSequencesMakeNoMicroBatch() {
    #expect(MicroBatches.ranges(lengths: [], budget: 10).isEmpty)
  }

  @Test func packingShiftsLabelsAndKeepsSequencesApart() {
    let batch = PackedBatch([
      EncodedExample(ids: [1, 10, 11, 2], lossMask: [true, false, true, true], row: 0),
      EncodedExample(ids: [7, 8], lossMask: [false, true], row: 1),
    ])
    #expect(batch.inputs == [1, 10, 11, 7])
    #expect(batch.labels == [10, 11, 2, 8])
    #expect(batch.sequences.map(\.start) == [0, 3])
    #expect(batch.sequences.map(\.count) == [3, 1])
    #expect(batch.trainedIndices == [1, 2, 3])
    #expect(batch.trainedLabels == [11, 2, 8])
  }

  @Test("any cut of a step packs to the same tokens", arguments: [1, 4, 6, 100])
  func cutStep(budget: Int) {
    let rows = (0..<9).map { row in
      let ids = (0...(row % 4 + 1)).map { Int32(10 * row + $0) }
      return EncodedExample(ids: ids, lossMask: ids.map { $0 % 3 != 0 }, row: row)
    }
    let whole = PackedBatch(rows)
    let ranges = MicroBatches.ranges(lengths: rows.map { $0.ids.count - 1 }, budget: budget)
    let parts = ranges.map { PackedBatch(rows[$0]) }
    #expect(parts.flatMap(\.inputs) == whole.inputs)
    #expect(parts.flatMap(\.labels) == whole.labels)
    #expect(parts.flatMap(\.trainedLabels) == whole.trainedLabels)
    #expect(whole.trainedIndices.count == rows.reduce(0) { $0 + $1.trainedCount })
  }
}
