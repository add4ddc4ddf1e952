package import Autograd
import Checkpoints
import Generation
import Models
import Tensors

/// The speed of reading a prompt, and of writing answers.
package struct DecodingBenchmark: Sendable {
  /// One way of using the model.
  package struct Run: Sendable {
    /// `prompt`, `answer` or `answers`.
    package let name: String
    /// Sequences side by side.
    package let batch: Int
    /// Tokens of all sequences.
    package let tokenCount: Int
    /// Passes through the model.
    package let passCount: Int
    /// The median of the repeats, of all passes.
    package let seconds: Double
    /// What all passes have to do.
    package let work: Work

    /// Of all sequences together.
    package var tokensPerSecond: Double { Double(tokenCount) / seconds }
  }

  /// In the order in which they were asked for.
  package let runs: [Run]

  /// Measures the works of decoding that are named: a prompt of up to 512 tokens, and answers one
  /// at a time and some side by side.
  static func run(
    _ model: Transformer, _ works: [BenchmarkPlan.Section], _ plan: BenchmarkPlan
  ) -> DecodingBenchmark {
    let context = model.config.maximumPositions
    let answer = Array(repeating: 1, count: min(plan.answerTokens, context))
    return DecodingBenchmark(
      runs: works.map { work in
        measure(
          work.rawValue, model, plan.activations, batch: work == .answers ? plan.streams : 1,
          passes: work == .prompt ? [min(512, context)] : answer)
      })
  }

  private static let repeats = 3
  /// Seconds after which nothing is repeated again: a large model takes them for one run.
  private static let patience = 10.0

  /// Runs passes of these lengths, in tokens of a sequence, from an empty cache on.
  private static func measure(
    _ name: String, _ model: Transformer, _ activations: ActivationFormat, batch: Int,
    passes: [Int]
  ) -> Run {
    // The run that warms up counts the work: counting takes time, as much as a small layer.
    let profile = OperationProfile()
    decode(model, activations, batch: batch, passes: passes, profile: profile)
    let head = Work(
      operations: 2 * Double(batch) * Double(model.head.weight.count),
      packedBytes: model.head.weight.weights.byteCount)
    let work = (profile.entries.map(\.work) + passes.map { _ in head }).reduce(Work(), +)
    var times: [Double] = []
    while times.count < repeats, times.reduce(0, +) < patience {
      times.append(Stopwatch.seconds { decode(model, activations, batch: batch, passes: passes) })
    }
    return Run(
      name: name, batch: batch, tokenCount: batch * passes.reduce(0, +), passCount: passes.count,
      seconds: times.median, work: work)
  }

  /// Decodes greedily, as ``Generator`` does; the head's work is not in the profile.
  private static func decode(
    _ model: Transformer, _ activations: ActivationFormat, batch: Int, passes: [Int],
    profile: OperationProfile? = nil
  ) {
    let decoder = CachedDecoder(model: model, format: .float32, activations: activations)
    decoder.tape.profile = profile
    let sequences = (0..<batch).map { _ in decoder.cache.makeSequence() }
    let tokens = RandomTokens(vocabularySize: model.config.vocabularySize)
    var next = (0..<batch).map { tokens.sequence($0, count: passes.first ?? 1) }
    for length in passes {
      let hidden = decoder.hidden(
        zip(sequences, next).map { CachedDecoder.Feed(sequence: $0, tokens: $1[...]) })
      let ends = (1...batch).map { $0 * length - 1 }
      next = decoder.logits(hidden, rows: ends).largestPlaces.map { [$0] }
    }
  }
}
