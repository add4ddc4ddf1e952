import Autograd
import Datasets
import Evaluation
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

@Suite("Shards of a step") struct ShardTests {
  @Test(
    "are consecutive and as equal as can be, the longer first",
    arguments: [
      (7, 3, [3, 2, 2]), (8, 4, [2, 2, 2, 2]), (3, 5, [1, 1, 1]), (5, 1, [5]), (0, 2, [0]),
    ])
  func ranges(count: Int, shards: Int, sizes: [Int]) {
    let ranges = Shards.ranges(count: count, shards: shards)
    #expect(ranges.map(\.count) == sizes)
    #expect(ranges.flatMap(Array.init) == Array(0..<count))
  }

  /// Plain descent at rate 1 without clipping leaves weight − gradient.
  @Test("have gradients of their own, added in the order of the shards")
  func sums() throws {
    var plan = TrialRun.plan(.fullTied)
    plan.shards = 3
    plan.batchSize = 7
    plan.optimizer = .sgd
    (plan.momentum, plan.maxGradientNorm, plan.weightDecay, plan.warmup) = (0, 0, 0, 0)
    (plan.learningRate, plan.schedule) = (1, .constant)
    let run = try TrialRun(.fullTied, plan: plan)
    let order = BatchSampler(rowCount: 7, batchSize: 7, seed: plan.seed).order(ofEpoch: 0)
    let chosen = order.map { run.examples[$0] }
    let trained = chosen.reduce(0) { $0 + $1.trainedCount }
    let before = run.model.parameters.map { $0.value.copy() }
    var sums: [Tensor] = []
    for range in Shards.ranges(count: 7, shards: 3) {
      let tape = Tape(arena: Arena(), isRecording: true)
      _ = NextToken().losses(
        of: chosen[range], by: run.model, on: tape, factor: 1 / Float(trained))
      tape.backward()
      let gradients = run.model.parameters.compactMap { $0.collectGradient()?.copy() }
      for (sum, gradient) in zip(sums, gradients) { sum.add(gradient) }
      if sums.isEmpty { sums = gradients }
      for parameter in run.model.parameters { parameter.clearGradient() }
    }
    try run.take(1)
    for (index, parameter) in run.model.parameters.enumerated() {
      let expected = zip(before[index].values, sums[index].values).map { $0 - $1 }
      #expect(parameter.value.values == expected)
    }
  }

  @Test("give the same bits however they are cut into micro-batches", arguments: [2, 3, 64])
  func microbatches(shards: Int) throws {
    for kind in [TrialRun.Kind.fullTied, .lowRankUntied, .decomposedTied] {
      var plan = TrialRun.plan(kind)
      plan.shards = shards
      let reference = try TrialRun(kind, plan: plan).finished()
      for budget in [1, 60, 100] {
        plan.microbatchTokens = budget
        #expect(try TrialRun(kind, plan: plan).finished() == reference)
      }
      // Other shards, other sums; a trial's losses are of the first step's weights.
      if shards == 2 { #expect(try TrialRun(kind).finished().hash != reference.hash) }
    }
  }
}
