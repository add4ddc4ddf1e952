import CPU
import Checkpoints
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

/// A training's result is a function of weights, data, settings and seed, and of nothing else.
///
/// The vector path and the number of threads belong to the whole process, so these tests run one
/// after the other. Tests of other suites may run meanwhile and see either: by what is shown
/// here, they cannot tell.
@Suite("The same bits however it is computed", .serialized)
struct ExactnessTests {
  /// Each path with one sequence at a time, two or so, and the whole step in one batch; the
  /// portable one, slow as it is, with two or so alone.
  @Test("sequences of many lengths", arguments: TrialRun.Kind.allCases)
  func manyLengths(kind: TrialRun.Kind) throws {
    let ways = ComputeWay.all.filter { $0.path != .portable || $0.threads == 2 }
    let states = try ComputeWay.trying(ways) { way in
      try (way.path == .portable ? [100] : [1, 100, 4096]).map { budget in
        var plan = TrialRun.plan(kind)
        plan.microbatchTokens = budget
        return try TrialRun(kind, plan: plan).finished()
      }
    }
    #expect(Set(states.flatMap { $0 }).count == 1)
    #expect(Set(states.flatMap { $0 }.flatMap(\.losses)).count == 4)
  }

  /// Every way there is: what scripts/dev/test full does with finch, here at tiny size.
  @Test("threads, vector paths and rows at a time", arguments: CrossRun.Method.allCases)
  func cross(method: CrossRun.Method) throws {
    let reference = try CrossRun.tiny(method, rowsAtATime: 1).finished()
    for rows in CrossRun.rowsAtATime {
      let states = try ComputeWay.trying(ComputeWay.all) { _ in
        try CrossRun.tiny(method, rowsAtATime: rows).finished()
      }
      for (way, state) in zip(ComputeWay.all, states) {
        #expect(state == reference, "\(way), \(rows) rows at a time")
      }
    }
  }

  /// With experts, each token goes through few layers, and rows of a step meet in them.
  ///
  /// A head that is the table is trained by two uses. A number of shards has bits of its own.
  @Test(
    "models with experts, and with weights that are used twice", arguments: GoldenTraining.all,
    [1, 3])
  func others(trial: GoldenTraining, shards: Int) throws {
    let subject = CrossRun.golden(trial.model)
    let reference = try CrossRun(trial.method, subject, rowsAtATime: 1, shards: shards).finished()
    let ways = ComputeWay.all.filter { $0.path != .portable || $0.threads == 2 }
    for rows in [1, 3, 8] {
      let states = try ComputeWay.trying(ways) { _ in
        try CrossRun(trial.method, subject, rowsAtATime: rows, shards: shards).finished()
      }
      for (way, state) in zip(ways, states) {
        #expect(state == reference, "\(way), \(rows) rows at a time")
      }
    }
  }

  /// Layers of albert are one, used again and again.
  @Test(
    "vectors of texts by layers that share their weights", arguments: ["albert", "albert-inner"])
  func sharedLayers(name: String) throws {
    let golden = GoldenEncoder(description: name)
    let texts = try golden.sequences().map(\.ids)
    let model = try golden.model()
    let reference = texts.map { model.vectors(of: [$0])[0] }
    let ways = ComputeWay.trying(ComputeWay.all) { _ in
      [model.vectors(of: texts), model.vectors(of: texts, budget: 1)]
    }
    #expect(ways.flatMap { $0 }.allSatisfy { $0 == reference })
  }

  /// Short convolutions, states, experts, values by way of a state: what the tiny model has none of.
  @Test(
    "families with parts of their own",
    arguments: [
      "lfm2", "lfm2-biases", "qwen3_5", "qwen3_5-even", "qwen3_moe", "gpt_oss", "deepseek_v2-state",
    ])
  func families(name: String) throws {
    let golden = GoldenModel(description: name)
    let ways = ComputeWay.all.filter { $0.path != .portable || $0.threads == 2 }
    let states = try ComputeWay.trying(ways) { way in
      try (way.path == .portable ? [100] : [1, 100, 4096]).map { budget in
        try finished(golden) { $0.microbatchTokens = budget }
      }
    }
    let again = try finished(golden) { ($0.microbatchTokens, $0.recomputes) = (100, true) }
    #expect(Set(states.flatMap { $0 } + [again]).count == 1)
  }

  private func finished(
    _ golden: GoldenModel, _ change: (inout TrainingPlan) -> Void
  ) throws -> TrainingState {
    let model = try golden.model()
    var plan = TrialRun.plan(.fullTied)
    change(&plan)
    let trainer = try Trainer(
      model: model, parameters: model.parameters,
      examples: TinyModel.examples(lengths: TrialRun.lengths), plan: plan, objective: NextToken())
    for _ in 0..<3 { _ = try trainer.step() }
    return TrainingState(trainer)
  }

  @Test("the seed counts, and so does what is trained") func otherBits() throws {
    var states: Set<TrainingState> = []
    for kind in TrialRun.Kind.allCases { states.insert(try TrialRun(kind).finished()) }
    var plan = TrialRun.plan(.lowRankTied)
    plan.seed = 12
    states.insert(try TrialRun(.lowRankTied, plan: plan).finished())
    for optimizer in OptimizerKind.allCases where optimizer != .adamw {
      plan.optimizer = optimizer
      states.insert(try TrialRun(.lowRankTied, plan: plan).finished())
    }
    #expect(states.count == TrialRun.Kind.allCases.count + OptimizerKind.allCases.count)
  }
}

/// The cross of ways with the bundled model: minutes, most of them on the portable path.
@Suite("The same bits at the size of finch", .serialized)
struct FinchExactnessExhaustive {
  @Test("threads, vector paths and rows at a time", arguments: CrossRun.Method.allCases)
  func cross(method: CrossRun.Method) throws {
    let finch = try CrossRun.finch()
    let reference = try CrossRun(method, finch, rowsAtATime: 8).finished()
    for rows in CrossRun.rowsAtATime {
      let states = try ComputeWay.trying(ComputeWay.all) { _ in
        try CrossRun(method, finch, rowsAtATime: rows).finished()
      }
      for (way, state) in zip(ComputeWay.all, states) {
        #expect(state == reference, "\(way), \(rows) rows at a time")
      }
    }
  }

  @Test("every optimizer", arguments: OptimizerKind.allCases)
  func optimizers(optimizer: OptimizerKind) throws {
    let finch = try CrossRun.finch()
    let states = try ComputeWay.trying(ComputeWay.all) { way in
      try CrossRun(.full, finch, rowsAtATime: 1 + way.threads, optimizer: optimizer).finished()
    }
    #expect(Set(states).count == 1)
  }
}
