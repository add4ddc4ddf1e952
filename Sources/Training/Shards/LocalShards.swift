import Autograd
import Datasets
import Objectives
import Tensors

/// Computes all shards of a step here, one after the other.
package struct LocalShards: ShardRunner {
  package init() {}

  package func run(_ work: StepWork, in context: StepContext) -> StepLosses {
    let ranges = Shards.ranges(count: work.examples.count, shards: context.plan.shards)
    var sums = ShardSums(context.parameters)
    var total = StepLosses()
    var firstRow = 0
    for shard in ranges {
      let losses = run(shard, of: work, in: context, &firstRow)
      total.sum += losses.sum
      total.correctCount += losses.correctCount
      total.rows += losses.rows
      if ranges.count > 1 { sums.takeGradients() }
    }
    if ranges.count > 1 { sums.giveBack() }
    return total
  }

  /// Adds up the gradients of one shard, whatever way it is cut into micro-batches.
  ///
  /// `firstRow` counts the tokens of the step before it, by which
  /// dropout is drawn.
  func run(
    _ shard: Range<Int>, of work: StepWork, in context: StepContext, _ firstRow: inout Int
  ) -> StepLosses {
    let groups = RowGroups(work.examples[shard], sharing: context.objective.sharesPrefixes)
    let examples = groups.order.map { work.examples[shard.lowerBound + $0] }
    var total = StepLosses()
    for part in groups.microBatches(budget: context.plan.microbatchTokens) {
      let tape = Tape(
        arena: context.arena, isRecording: true, recomputes: context.plan.recomputes)
      tape.profile = context.profile
      let losses = context.objective.losses(
        of: examples[part.rows], by: context.model, on: tape,
        dropout: DropoutStream(
          seed: context.plan.seed, step: UInt32(work.index), firstRow: firstRow),
        factor: 1 / Float(work.lossCount))
      // One chain over the shard's losses in order: the same however it is cut.
      for loss in losses.losses { total.sum += Double(loss) }
      total.correctCount += losses.isCorrect.reduce(0) { $0 + ($1 ? 1 : 0) }
      total.rows += rows(of: losses, counts: examples[part.rows].map(context.objective.lossCount))
      tape.backward()
      firstRow += part.size
    }
    total.rows = groups.ungrouped(total.rows)
    return total
  }

  /// What each row cost by itself; `counts` are the losses of each.
  private func rows(of losses: RowLosses, counts: [Int]) -> [ExampleRecord.Entry] {
    var start = 0
    return counts.map { count in
      let range = start..<start + count
      start += count
      let sum = losses.losses[range].reduce(0, +)
      let correctCount = losses.isCorrect[range].count { $0 }
      return ExampleRecord.Entry(
        loss: sum / Float(count), accuracy: Float(correctCount) / Float(count))
    }
  }
}
