import Adapters
import Autograd
import CPU
import Checkpoints
import Datasets
import Evaluation
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

/// Rows with preferences share what they begin with beyond their own two answers, with the losses that each
/// has alone, and with the same bits however a step is computed.
@Suite("Preferences of one beginning", .serialized) struct SharedPreferenceTests {
  static let kinds = ObjectiveKind.allCases.filter(\.isOfPreferences)

  static func objective(_ kind: ObjectiveKind) -> any Objective {
    var settings = ObjectiveSettings()
    (settings.kind, settings.smoothing) = (kind, 0.1)
    return settings.objective(readsApart: false, batchSize: 6)
  }

  /// Pairs of which some compute their prompt once and some twice, or verdicts.
  static func rows(_ kind: ObjectiveKind) -> [EncodedExample] {
    kind == .kto
      ? TinyModel.begun(TinyModel.verdicts())
      : [true, false].flatMap { TinyModel.begun(TinyModel.preferences(isSharing: $0)) }
  }

  @Test(
    "a row has the loss that it has alone, and its share of the gradient but for rounding",
    arguments: kinds, [false, true])
  func gradients(kind: ObjectiveKind, trainsHead: Bool) throws {
    let model = try TinyModel.make(isTied: false)
    let measuring = Measuring(model, microbatchTokens: 4096)
    let examples = Self.objective(kind).referred(Self.rows(kind), by: measuring)
    // What is learned is away from what the references say.
    for parameter in model.parameters {
      let noise = sampleTensor(parameter.value.shape, seed: 77)
      noise.scale(by: 0.1)
      parameter.value.add(noise)
    }
    for parameter in model.parameters {
      parameter.isTrainable = trainsHead || parameter !== model.head.weight
    }
    let objective = Self.objective(kind).readied(for: examples, by: measuring)
    func ran(sharing: Bool) -> (losses: [Float], gradients: [[Float]]) {
      let objective = objective.sharingPrefixes(sharing)
      #expect(objective.sharesPrefixes == sharing)
      let tape = Tape(arena: Arena(), isRecording: true)
      let losses = objective.losses(
        of: examples[...], by: model, on: tape, dropout: nil, factor: 0.01)
      tape.backward()
      defer { for parameter in model.parameters { parameter.clearGradient() } }
      return (losses.losses, model.parameters.map { $0.collectGradient()?.values ?? [] })
    }
    let (shared, apart) = (ran(sharing: true), ran(sharing: false))
    #expect(shared.losses == apart.losses && shared.gradients != apart.gradients)
    for (one, other) in zip(shared.gradients, apart.gradients) {
      let size = other.reduce(0) { max($0, abs($1)) }
      let difference = zip(one, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(difference <= 5e-5 * size, "\(difference) of \(size)")
    }
  }

  // MARK: Exactness

  @Test(
    "threads, vector paths, micro-batches and recomputing change nothing", arguments: kinds,
    CrossRun.Method.allCases)
  func cross(kind: ObjectiveKind, method: CrossRun.Method) throws {
    let ways = ComputeWay.all.filter { $0.path != .portable || $0.threads == 2 }
    for shards in method == .full ? [1, 3] : [1] {
      let states = try ComputeWay.trying(ways) { way in
        try (way.path == .portable ? [100] : [1, 100, 4096]).map { budget in
          try finished(kind, method) {
            ($0.microbatchTokens, $0.shards) = (budget, shards)
            $0.recomputes = budget == 4096
          }
        }
      }
      #expect(Set(states.flatMap(\.self)).count == 1)
      let apart = try finished(kind, method) { ($0.sharesPrefixes, $0.shards) = (false, shards) }
      #expect(states.first?.first != apart)
    }
  }

  @Test(
    "a training goes on from a checkpoint with the bits of one that was not stopped",
    arguments: kinds)
  func resume(kind: ObjectiveKind) throws {
    let folder = try TemporaryFolder()
    let whole = try trainer(kind, .lowRank) { _ in }
    for _ in 0..<3 { _ = try whole.step() }
    try save(kind, in: folder)
    let second = try trainer(kind, .lowRank) { _ in }
    let found = try TrainingCheckpoint(
      folder: folder.path, trainer: second, examples: second.examples)
    #expect(try found.restore(second) != nil)
    for _ in 0..<2 { _ = try second.step() }
    #expect(TrainingState(second) == TrainingState(whole))
  }

  /// Keeps the state of a run after its first step.
  private func save(_ kind: ObjectiveKind, in folder: TemporaryFolder) throws {
    let first = try trainer(kind, .lowRank) { $0.microbatchTokens = 100 }
    let kept = try TrainingCheckpoint(
      folder: folder.path, trainer: first, examples: first.examples)
    _ = try first.step()
    try kept.save(first)
  }

  @Test("the schedule tells what is saved, and shares where that is enough") func schedule() throws
  {
    var plan = TrialRun.plan(.fullTied)
    (plan.length, plan.batchSize) = (.epochs(1), 14)
    func schedule(_ rows: [EncodedExample], _ isWanted: Bool?) throws -> StepSchedule {
      var schedule = try StepSchedule(rows, plan: plan, objective: DPO())
      schedule.sharePrefixes(isWanted)
      return schedule
    }
    let (rows, plain) = (Self.rows(.dpo), TinyModel.preferences(isSharing: true))
    let automatic = try schedule(rows, nil)
    #expect(automatic.sharesPrefixes && automatic.savedShare > 0.25)
    let apart = try schedule(rows, false)
    #expect(!apart.sharesPrefixes && apart.savedShare == 0)
    #expect(
      abs(automatic.totals.tokens / apart.totals.tokens - (1 - automatic.savedShare)) < 1e-9)
    #expect(try !schedule(plain, nil).sharesPrefixes)
    #expect(try schedule(plain, true).sharesPrefixes)
    #expect(try schedule(plain, true).savedShare == 0)
  }

  private func finished(
    _ kind: ObjectiveKind, _ method: CrossRun.Method, _ change: (inout TrainingPlan) -> Void
  ) throws -> TrainingState {
    let trainer = try trainer(kind, method, change)
    for _ in 0..<3 { _ = try trainer.step() }
    return TrainingState(trainer)
  }

  private func trainer(
    _ kind: ObjectiveKind, _ method: CrossRun.Method, _ change: (inout TrainingPlan) -> Void
  ) throws -> Trainer {
    let model = try TinyModel.make(isTied: true)
    var plan = TrialRun.plan(.fullTied)
    (plan.method, plan.length) = (.full, .steps(3))
    (plan.sharesPrefixes, plan.batchSize) = (true, 12)
    var parameters = model.parameters
    if method != .full {
      let settings = LowRankSettings(
        rank: 3, alpha: 5, dropout: 0.1, isDecomposed: method == .decomposed)
      plan.method = .lowRank(settings)
    }
    change(&plan)
    let objective = Self.objective(kind)
    let examples = objective.referred(
      Self.rows(kind), by: Measuring(model, microbatchTokens: plan.microbatchTokens))
    if case .lowRank(let settings) = plan.method {
      parameters = try LowRankAdapter(attachingTo: model, settings, seed: plan.seed).parameters
    }
    return try Trainer(
      model: model, parameters: parameters, examples: examples, plan: plan, objective: objective)
  }
}
