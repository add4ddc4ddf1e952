import Mathematics

/// Which rows go into which step: a function of (seed, epoch) and nothing else.
///
/// Each epoch is a permutation of all rows by ``CounterRandom`` (stream 2³² + epoch), cut into
/// steps of `batchSize`; the last step of an epoch has what is left. No row is ever left out. With
/// ``texts``, rows move back in their epoch so that no step has a text twice.
package struct BatchSampler: Hashable, Sendable {
  /// Rows of an epoch, at least 1.
  package let rowCount: Int
  /// Rows of a step; the last step of an epoch may have fewer.
  package let batchSize: Int
  /// Decides, with the epoch, the order of rows.
  package let seed: UInt64
  /// The texts of rows that a step should not have twice; nil where it may.
  private let texts: RowTexts?

  /// Makes the sampler of a run; rows and batch size are at least 1.
  package init(rowCount: Int, batchSize: Int, seed: UInt64, texts: RowTexts? = nil) {
    precondition(rowCount > 0 && batchSize > 0, "\(rowCount) rows in steps of \(batchSize)")
    self.rowCount = rowCount
    self.batchSize = batchSize
    self.seed = seed
    self.texts = texts
  }

  /// The number of steps in which every row is met once.
  package var stepsPerEpoch: Int { (rowCount - 1) / batchSize + 1 }

  /// Returns the rows of an epoch (from 0) in their order.
  package func order(ofEpoch epoch: Int) -> [Int] {
    let random = CounterRandom(seed: seed, stream: 1 << 32 &+ UInt64(truncatingIfNeeded: epoch))
    let order = random.permutation(rowCount)
    return texts?.apart(order, batchSize: batchSize) ?? order
  }

  /// Returns where training stands after a number of whole steps.
  package func position(afterSteps steps: Int) -> BatchPosition {
    precondition(steps >= 0, "\(steps) steps")
    return BatchPosition(
      epoch: steps / stepsPerEpoch, index: steps % stepsPerEpoch * batchSize)
  }
}

/// A place in the endless sequence of rows; all that has to be saved to go on exactly from there.
package struct BatchPosition: Hashable, Sendable {
  /// From 0.
  package let epoch: Int
  /// Rows of the epoch that have been used.
  package let index: Int

  package init(epoch: Int = 0, index: Int = 0) {
    self.epoch = epoch
    self.index = index
  }
}

/// The steps of a run, from any position on.
package struct BatchSequence: Sendable {
  /// What orders the rows of each epoch.
  package let sampler: BatchSampler
  /// Where the next step begins.
  package private(set) var position: BatchPosition
  private var order: [Int]

  /// Begins at a position, which lies within an epoch of the sampler.
  package init(_ sampler: BatchSampler, from position: BatchPosition = BatchPosition()) {
    precondition(
      (0..<sampler.rowCount).contains(position.index),
      "position \(position.index) of \(sampler.rowCount) rows")
    self.sampler = sampler
    self.position = position
    order = sampler.order(ofEpoch: position.epoch)
  }

  /// Returns the rows of the next step, and moves past it.
  package mutating func next() -> [Int] {
    let end = min(position.index + sampler.batchSize, sampler.rowCount)
    let rows = Array(order[position.index..<end])
    if end < sampler.rowCount {
      position = BatchPosition(epoch: position.epoch, index: end)
    } else {
      position = BatchPosition(epoch: position.epoch + 1)
      order = sampler.order(ofEpoch: position.epoch)
    }
    return rows
  }
}

/// Cuts the sequences of a step into pieces that fit the memory.
package enum MicroBatches {
  /// Returns consecutive ranges of `lengths` of at most `budget` tokens each.
  ///
  /// A sequence longer than the budget is a micro-batch by itself. The cut has no part in the
  /// result of a step, which sums over its sequences in their order.
  package static func ranges(lengths: [Int], budget: Int) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start = 0
    var tokens = 0
    for (index, length) in lengths.enumerated() {
      if index > start, tokens + length > budget {
        ranges.append(start..<index)
        start = index
        tokens = 0
      }
      tokens += length
    }
    if start < lengths.count { ranges.append(start..<lengths.count) }
    return ranges
  }
}
