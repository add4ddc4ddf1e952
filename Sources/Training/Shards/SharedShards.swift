import Autograd
import Datasets
import Foundation
import Objectives
import Tensors
import Workers

/// Computes a step's shards together with other workers: each worker every so-many-th one.
///
/// In a round each worker computes one shard, so what a round gives follows in order what the rounds
/// before gave, and can be added at once. The sums end in the gradients of the parameters that this
/// worker owns; those of the others are zero.
struct SharedShards: ShardRunner {
  let partnership: Partnership

  func run(_ work: StepWork, in context: StepContext) -> StepLosses {
    let team = partnership.team
    let ranges = Shards.ranges(count: work.examples.count, shards: context.plan.shards)
    let firstRows = firstRows(of: ranges, work, sharing: context.objective.sharesPrefixes)
    var own: [StepLosses] = []
    for round in stride(from: 0, to: ranges.count, by: team.count) {
      let shard = round + team.rank
      var gradients: [Tensor] = []
      if shard < ranges.count {
        var firstRow = firstRows[shard]
        own.append(LocalShards().run(ranges[shard], of: work, in: context, &firstRow))
        gradients = context.parameters.compactMap { $0.collectGradient() }
      }
      partnership.add(
        gradients, givers: min(team.count, ranges.count - round), isFirst: round == 0)
      for parameter in context.parameters { parameter.clearGradient() }
    }
    for (place, sum) in partnership.sums {
      context.parameters[place].collectGradient()?.assign(sum)
    }
    return joined(own, ranges)
  }

  /// The tokens of a step before each of its shards.
  private func firstRows(of ranges: [Range<Int>], _ work: StepWork, sharing: Bool) -> [Int] {
    var firstRow = 0
    return ranges.map { range in
      defer { firstRow += RowGroups(work.examples[range], sharing: sharing).size }
      return firstRow
    }
  }

  /// The losses of all shards, in their order, of which this worker has its own.
  private func joined(_ own: [StepLosses], _ ranges: [Range<Int>]) -> StepLosses {
    let team = partnership.team
    let sums = team.gather(.shards, own.map(\.sum))
    let counts = team.gather(.shards, own.map(\.correctCount))
    let rows = team.gather(.shards, own.flatMap(\.rows))
    var taken = [Int](repeating: 0, count: team.count)
    var total = StepLosses()
    for (shard, range) in ranges.enumerated() {
      let (round, worker) = shard.quotientAndRemainder(dividingBy: team.count)
      total.sum += sums[worker][round]
      total.correctCount += counts[worker][round]
      total.rows += rows[worker][taken[worker]..<taken[worker] + range.count]
      taken[worker] += range.count
    }
    return total
  }
}
