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

/// Training the vectors of texts, beside sentence-transformers, and in every way of computing it.
@Suite("Vectors of texts in training", .serialized) struct SentenceTrainingTests {
  /// Tolerance: float32 beside float64, through five steps of AdamW at a high rate.
  @Test("take the steps of sentence-transformers", arguments: GoldenSentences.all)
  func steps(golden: GoldenSentences) throws {
    let run = try GoldenRun(golden)
    for expected in try golden.losses() {
      #expect(try abs(run.trainer.step().loss - expected) < 2e-4 * max(1, abs(expected)))
    }
  }

  @Test("have its gradients", arguments: GoldenSentences.all)
  func gradients(golden: GoldenSentences) throws {
    let run = try GoldenRun(golden, isDescent: true)
    // Names of a bare model lack the prefix that those of one with a head have.
    try run.trainer.expectGradients(golden.gradients(), floor: 1e-3) {
      $0.name == $1 || $0.name.hasSuffix("." + $1)
    }
  }

  @Test("are measured as they are trained", arguments: GoldenSentences.all)
  func measured(golden: GoldenSentences) throws {
    let run = try GoldenRun(golden)
    let report = try #require(
      Evaluator.loss(
        of: run.trainer.model, on: golden.examples(), by: run.trainer.objective,
        microbatchTokens: 16))
    let first = try #require(try golden.losses().first)
    #expect(abs(report.loss - first) < 1e-4 * max(1, first))
  }

  // MARK: Exactness

  static let exactCases = GoldenSentences.all.filter { golden in
    [
      "all-poolings-bert", "dense-bert-adapter", "widths-bert-adapter", "last-llama",
      "alike-distilbert-adapter",
    ].contains(golden.description)
  }

  @Test("have the same bits however they are computed", arguments: exactCases)
  func exact(golden: GoldenSentences) throws {
    let ways = ComputeWay.all.filter { $0.path != .portable || $0.threads == 2 }
    let states = try ComputeWay.trying(ways) { way in
      try (way.path == .portable ? [16] : [1, 16, 4096]).map { budget in
        try finished(golden) { $0.microbatchTokens = budget }
      }
    }
    let again = try finished(golden) { ($0.microbatchTokens, $0.recomputes) = (16, true) }
    #expect(Set(states.flatMap(\.self) + [again]).count == 1)
  }

  @Test("have the same bits in any micro-batch of each of several shards", arguments: exactCases)
  func shards(golden: GoldenSentences) throws {
    let states = try [1, 4096].map { budget in
      try finished(golden) { ($0.microbatchTokens, $0.shards) = (budget, 3) }
    }
    #expect(Set(states).count == 1)
  }

  @Test(
    "go on from a checkpoint with the bits of a run that was never stopped", arguments: exactCases)
  func resume(golden: GoldenSentences) throws {
    let folder = try TemporaryFolder()
    let whole = try GoldenRun(golden, batchSize: 2)
    for _ in 0..<3 { _ = try whole.trainer.step() }
    try save(golden, in: folder)
    let second = try GoldenRun(golden, batchSize: 2)
    let found = try TrainingCheckpoint(
      folder: folder.path, trainer: second.trainer, examples: golden.examples())
    #expect(try found.restore(second.trainer) != nil)
    for _ in 0..<2 { _ = try second.trainer.step() }
    #expect(TrainingState(second.trainer) == TrainingState(whole.trainer))
  }

  /// Keeps the state of a run after its first step.
  private func save(_ golden: GoldenSentences, in folder: TemporaryFolder) throws {
    let first = try GoldenRun(golden, batchSize: 2)
    let kept = try TrainingCheckpoint(
      folder: folder.path, trainer: first.trainer, examples: golden.examples())
    _ = try first.trainer.step()
    try kept.save(first.trainer)
  }

  private func finished(
    _ golden: GoldenSentences, _ change: (inout TrainingPlan) -> Void
  ) throws -> TrainingState {
    let run = try GoldenRun(golden, dropout: 0.1, change)
    for _ in 0..<3 { _ = try run.trainer.step() }
    return TrainingState(run.trainer)
  }

  // MARK: Doubles

  /// The loss of rows whose texts are a token each.
  private func loss(_ rows: [[Int32]]) throws -> [Float] {
    let model = try GoldenEncoder.plain.model()
    let examples = rows.enumerated().map { row, texts in
      EncodedExample(
        ids: [texts[0]], lossMask: [false], row: row,
        goal: .match(positive: [texts[1]], negatives: texts[2...].map { [$0] }))
    }
    let tape = Tape(arena: Arena(), isRecording: false)
    return Retrieve(batchSize: 8).losses(of: examples[...], by: model, on: tape, factor: 1).losses
  }

  @Test("a text counts once, and what belongs to a query is not told from it") func doubles() throws
  {
    let alone = try loss([[5, 6], [7, 8]])
    // The same rows once more change no loss.
    #expect(try loss([[5, 6], [7, 8], [5, 6]]).prefix(2) == alone[...])
    #expect(try loss([[5, 6, 8], [7, 8]])[0] == alone[0])
    // Another text that belongs to the first query, or the query itself, is not told from its own.
    #expect(try loss([[5, 6], [7, 8], [5, 9]])[0] == alone[0])
    #expect(try loss([[5, 6], [7, 8], [9, 5]])[0] == alone[0])
    #expect(try loss([[5, 6], [7, 8], [9, 10]])[0] > alone[0])
  }

  @Test("a step has no text twice where rows allow that") func apart() throws {
    let rows: [[Int32]] = (0..<24).map { [Int32(100 + $0), Int32($0 % 6)] }
    let texts = RowTexts(
      rows.enumerated().map { row, texts in
        EncodedExample(
          ids: [texts[0]], lossMask: [false], row: row,
          goal: .match(positive: [texts[1]], negatives: []))
      })
    let sampler = BatchSampler(rowCount: 24, batchSize: 4, seed: 3, texts: texts)
    for epoch in 0..<4 {
      let order = sampler.order(ofEpoch: epoch)
      #expect(order.sorted() == Array(0..<24))
      let steps = stride(from: 0, to: 24, by: 4).map { order[$0..<$0 + 4] }
      let clean = steps.count { step in Set(step.map { rows[$0][1] }).count == 4 }
      #expect(clean >= 4)
    }
    #expect(BatchSampler(rowCount: 24, batchSize: 4, seed: 3).order(ofEpoch: 0).count == 24)
  }
}

/// A training of a golden case.
private struct GoldenRun {
  let trainer: Trainer

  init(
    _ golden: GoldenSentences, isDescent: Bool = false, dropout: Double = 0, batchSize: Int = 8,
    _ change: (inout TrainingPlan) -> Void = { _ in }
  ) throws {
    let model = try golden.model()
    var plan = TrainingPlan()
    (plan.length, plan.batchSize, plan.maxGradientNorm) = (.steps(5), batchSize, 0)
    (plan.schedule, plan.warmup, plan.weightDecay) = (.constant, 0, 0)
    plan.learningRate = try GoldenSentences.rate()
    if isDescent { (plan.optimizer, plan.momentum, plan.learningRate) = (.sgd, 0, 0.5) }
    var parameters = model.parameters
    if let path = try golden.adapterPath() {
      let adapter =
        dropout == 0
        ? try LowRankAdapter(reading: AdapterDirectory(path: path), attachingTo: model)
        : try LowRankAdapter(
          attachingTo: model, LowRankSettings(rank: 3, alpha: 5, dropout: dropout), seed: 3)
      plan.method = .lowRank(adapter.settings)
      parameters = adapter.parameters
    } else {
      plan.method = .full
    }
    change(&plan)
    trainer = try Trainer(
      model: model, parameters: parameters, examples: golden.examples(), plan: plan,
      objective: golden.objective(batchSize: batchSize))
  }
}
