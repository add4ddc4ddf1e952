import Adapters
import CUDA
import CUDAEmulation
import Datasets
import Evaluation
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

/// What is taught beside next tokens, states that change devices, and beginnings that are shared, on the
/// card that is not there.
@Suite(
  "A card teaches what the processor does", .serialized, .enabled(if: ft_emulation_runs_here()))
struct CardObjectiveTests {
  private let device: CUDADevice

  init() throws {
    device = CUDADevice(
      try Card(number: 0, findingFunctionsBy: { ft_emulated_function($0) }))
  }

  /// The model, or a copy of it on the card.
  private func placed(_ model: Transformer, onCard: Bool) throws -> Transformer {
    guard onCard else { return model }
    let copy = model.copied(to: device)
    if let head = model.sentences { copy.sentences = try SentenceHead(head.plan, of: copy) }
    return copy
  }

  /// What a training of two steps comes to, and then measures, is the same on both devices.
  private func expectSame(_ make: (_ onCard: Bool) throws -> Trainer) throws {
    let results = try [false, true].map { onCard in
      let trainer = try make(onCard)
      for _ in 0..<2 { _ = try trainer.step() }
      let report = try #require(
        Evaluator.loss(
          of: trainer.model, on: Array(trainer.examples.prefix(3)), by: trainer.objective,
          microbatchTokens: 64))
      return (state: TrainingState(trainer), sums: report.sums)
    }
    #expect(results[0].state == results[1].state)
    #expect(results[0].sums == results[1].sums)
  }

  /// A full training of two steps of three rows.
  private func trainer(
    _ model: Transformer, _ examples: [EncodedExample], _ objective: any Objective,
    _ change: (inout TrainingPlan) -> Void = { _ in }
  ) throws -> Trainer {
    var plan = TrialRun.plan(.fullTied)
    (plan.method, plan.length) = (.full, .steps(2))
    change(&plan)
    var parameters = model.parameters
    if case .lowRank(let settings) = plan.method {
      parameters = try LowRankAdapter(attachingTo: model, settings, seed: plan.seed).parameters
    }
    return try Trainer(
      model: model, parameters: parameters, examples: examples, plan: plan, objective: objective)
  }

  @Test("labels", arguments: ["one-llama", "several-bert-adapter"])
  func classify(name: String) throws {
    let golden = try #require(GoldenClassifier.all.first { $0.description == name })
    try expectSame { onCard in
      try trainer(
        placed(golden.model(), onCard: onCard), golden.examples(),
        Classify(weights: golden.weights()))
    }
  }

  @Test("vectors of texts", arguments: ["last-llama", "mean-bert"])
  func retrieve(name: String) throws {
    let golden = try #require(GoldenSentences.all.first { $0.description == name })
    try expectSame { onCard in
      try trainer(
        placed(golden.model(), onCard: onCard), golden.examples(), golden.objective(batchSize: 3))
    }
  }

  @Test("which answers are better", arguments: [ObjectiveKind.dpo, .kto])
  func preferences(kind: ObjectiveKind) throws {
    var settings = ObjectiveSettings()
    settings.kind = kind
    let objective = settings.objective(readsApart: false, batchSize: 3)
    let rows = kind == .kto ? TinyModel.verdicts() : TinyModel.preferences(isSharing: true)
    for sharing in [false, true] {
      try expectSame { onCard in
        let model = try placed(TinyModel.make(isTied: true), onCard: onCard)
        let examples = objective.referred(
          sharing ? TinyModel.begun(rows) : rows, by: Measuring(model, microbatchTokens: 256))
        return try trainer(model, examples, objective) {
          $0.method = .lowRank(LowRankSettings(rank: 3, alpha: 5, dropout: 0.1))
          if sharing { ($0.sharesPrefixes, $0.batchSize) = (true, 6) }
        }
      }
    }
  }

  @Test("a teacher's distributions") func distil() throws {
    try expectSame { onCard in
      let teacher = try placed(TinyModel.make(isTied: true, seed: 8), onCard: onCard)
      return try trainer(
        placed(TinyModel.make(isTied: true), onCard: onCard),
        TinyModel.examples(lengths: [9, 30, 5]), Distil(from: Teacher(teacher), temperature: 2))
    }
  }

  @Test("models with experts, and with convolutions", arguments: ["mixtral", "gpt_oss", "lfm2"])
  func families(name: String) throws {
    try expectSame { onCard in
      try trainer(
        placed(GoldenModel(description: name).model(), onCard: onCard),
        TinyModel.examples(lengths: [9, 20, 5]), NextToken())
    }
  }

  @Test("beginnings that rows share", arguments: ["gemma3", "gpt_oss"])
  func sharedBeginnings(family: String) throws {
    let examples = Array(SharedPrefixTests.examples.prefix(6))
    try expectSame { onCard in
      try trainer(
        placed(GoldenModel(description: family).model(), onCard: onCard), examples, NextToken()
      ) { ($0.sharesPrefixes, $0.batchSize, $0.microbatchTokens) = (true, 6, 150) }
    }
  }

  // MARK: States that change devices

  @Test("a training goes on on the other device", arguments: [false, true])
  func resume(beginsOnCard: Bool) throws {
    for method in [TrialRun.Kind.fullTied, .decomposedTied] {
      let lengths = [9, 30, 2, 17, 20, 5, 18]
      func run(onCard: Bool) throws -> Trainer {
        try trainer(
          placed(TinyModel.make(isTied: true), onCard: onCard),
          TinyModel.examples(lengths: lengths), NextToken()
        ) { ($0.method, $0.length) = (TrialRun.plan(method).method, .steps(3)) }
      }
      let whole = try run(onCard: false)
      for _ in 0..<3 { _ = try whole.step() }
      let folder = try TemporaryFolder()
      do {
        let first = try run(onCard: beginsOnCard)
        let kept = try TrainingCheckpoint(
          folder: folder.path, trainer: first, examples: first.examples)
        _ = try first.step()
        try kept.save(first)
      }
      let second = try run(onCard: !beginsOnCard)
      let kept = try TrainingCheckpoint(
        folder: folder.path, trainer: second, examples: second.examples)
      #expect(try kept.restore(second) != nil)
      #expect(second.finishedSteps == 1)
      for _ in 0..<2 { _ = try second.step() }
      #expect(TrainingState(second) == TrainingState(whole))
    }
  }
}
