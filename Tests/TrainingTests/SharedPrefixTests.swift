import Autograd
import CPU
import Datasets
import Evaluation
import Models
import Objectives
import Tensors
import TestSupport
import Testing
import Training

/// What rows of a step begin with alike is computed once, with the losses that each row has alone, and
/// with the same bits however the step is computed.
@Suite("Beginnings that are shared", .serialized) struct SharedPrefixTests {
  /// Rows of two system prompts, one longer than a block of attention's keys, of which some go on alike,
  /// and rows of none.
  static let examples: [EncodedExample] = {
    let pieces = TinyModel.examples(lengths: [66, 40, 33, 16] + (0..<12).map { 4 + 2 * $0 })
    let (long, short, more) = (pieces[0].ids, pieces[1].ids, pieces[2].ids)
    let beginnings = [
      long, short, long + more, [], long, long + more, short, pieces[3].ids, long, short, [],
      long + more,
    ]
    return beginnings.enumerated().map { row, beginning in
      let own = pieces[4 + row]
      return EncodedExample(
        ids: beginning + own.ids, lossMask: beginning.map { _ in false } + own.lossMask, row: row)
    }
  }()

  @Test("a row has the loss that it has alone", arguments: ["gemma3", "gpt2", "gpt_oss"])
  func losses(family: String) throws {
    let model = try GoldenModel(description: family).model()
    func losses(sharing: Bool) -> [Float] {
      let tape = Tape(arena: Arena(), isRecording: false)
      return NextToken().sharingPrefixes(sharing).losses(
        of: Self.examples[...], by: model, on: tape, dropout: nil, factor: 1
      ).losses
    }
    #expect(losses(sharing: true) == losses(sharing: false))
    #expect(
      PackedBatch(Self.examples, sharing: true).inputs.count
        < PackedBatch(Self.examples).inputs.count * 3 / 4)
  }

  /// Families whose head is for the token that comes next.
  private static let writers = ModelConfig.knownTypes.filter { type in
    (try? TinyModel.deep(type, layers: 2, vocabulary: 61).blueprint)?.head.task == .nextToken
  }

  @Test("so has a row of every family that keeps keys, which are all but those that keep states")
  func families() throws {
    var others: [String] = []
    for family in Self.writers {
      let model = try TinyModel.deep(family, layers: 2, vocabulary: 61)
      guard model.blueprint.keepsKeys else {
        others.append(family)
        continue
      }
      let losses = [true, false].map { sharing in
        NextToken().sharingPrefixes(sharing).losses(
          of: Self.examples.prefix(6), by: model, on: Tape(arena: Arena(), isRecording: false),
          dropout: nil, factor: 1
        ).losses
      }
      #expect(losses[0] == losses[1], "\(family)")
    }
    #expect(Set(others) == Set(["lfm2", "qwen3_5_text"] + TinyModel.twoHalved))
  }

  @Test("an evaluation has the losses of its rows, in their order") func evaluation() throws {
    let model = try GoldenModel(description: "gemma3").model()
    let alone = Self.examples.map { example in
      Evaluator.loss(of: model, on: [example], by: NextToken(), microbatchTokens: 1)?.sums.first
    }
    for budget in [1, 100, 4096] {
      let whole = Evaluator.loss(
        of: model, on: Self.examples, by: NextToken(), microbatchTokens: budget)
      #expect(whole?.sums.map(Optional.some) == alone)
    }
  }

  @Test("gradients are those of rows by themselves, but for rounding") func gradients() throws {
    let model = try GoldenModel(description: "gemma3").model()
    func gradients(sharing: Bool) -> [[Float]] {
      let tape = Tape(arena: Arena(), isRecording: true)
      for parameter in model.parameters { parameter.isTrainable = true }
      _ = NextToken().sharingPrefixes(sharing).losses(
        of: Self.examples[...], by: model, on: tape, dropout: nil, factor: 0.01)
      tape.backward()
      defer { for parameter in model.parameters { parameter.clearGradient() } }
      return model.parameters.map { $0.collectGradient()?.values ?? [] }
    }
    let (shared, apart) = (gradients(sharing: true), gradients(sharing: false))
    #expect(shared != apart)
    for (one, other) in zip(shared, apart) {
      let size = other.reduce(0) { max($0, abs($1)) }
      let difference = zip(one, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(difference <= 2e-5 * size, "\(difference) of \(size)")
    }
  }

  @Test("threads, vector paths, micro-batches and recomputing change nothing", arguments: [1, 3])
  func cross(shards: Int) throws {
    let ways = ComputeWay.all.filter { $0.path != .portable || $0.threads == 2 }
    let states = try ComputeWay.trying(ways) { way in
      try (way.path == .portable ? [100] : [1, 100, 4096]).map { budget in
        try finished {
          ($0.microbatchTokens, $0.shards) = (budget, shards)
          $0.recomputes = budget == 4096
        }
      }
    }
    #expect(Set(states.flatMap { $0 }).count == 1)
    let apart = try finished { ($0.sharesPrefixes, $0.shards) = (false, shards) }
    #expect(states.first?.first != apart)
  }

  private func finished(_ change: (inout TrainingPlan) -> Void) throws -> TrainingState {
    let model = try GoldenModel(description: "gemma3").model()
    var plan = TrialRun.plan(.fullTied)
    (plan.sharesPrefixes, plan.batchSize) = (true, 6)
    change(&plan)
    let trainer = try Trainer(
      model: model, parameters: model.parameters, examples: Self.examples, plan: plan,
      objective: NextToken())
    for _ in 0..<3 { _ = try trainer.step() }
    return TrainingState(trainer)
  }
}
