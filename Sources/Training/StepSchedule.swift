package import Datasets
package import Objectives

/// The size of one micro-batch.
package struct MicrobatchSize: Hashable, Sendable {
  /// Tokens computed, by the half that writes where there are two.
  package let rows: Int
  /// Rows of logits.
  package let trained: Int
  /// Tokens computed by a half that only reads.
  package var read = 0
  /// Keys that are laid out anew, where answers share a beginning.
  package var spreadKeys = 0

  /// The size of examples of these sizes, each with the keys that it sees, of which so many tokens are
  /// computed.
  fileprivate static func sum(_ sizes: [MicrobatchSize], computing count: Int) -> MicrobatchSize {
    let read = sizes.reduce(0) { $0 + $1.read }
    let (rows, keys) = (count - read, sizes.reduce(0) { $0 + $1.spreadKeys })
    // Where nothing is shared, each row is its own key.
    return MicrobatchSize(
      rows: rows, trained: sizes.reduce(0) { $0 + $1.trained }, read: read,
      spreadKeys: keys > rows ? keys : 0)
  }
}

/// Which examples each step of a training takes, and how many steps there are: what is known of a
/// training before it runs.
package struct StepSchedule: Sendable {
  /// The examples with something to learn, in their order; others are left out.
  package let examples: [EncodedExample]
  /// Steps of the whole training.
  package let stepCount: Int
  /// What is taught.
  private(set) var objective: any Objective
  let sampler: BatchSampler
  private let microbatchTokens: Int
  private let shards: Int

  /// - Throws: ``TrainingError/noExamples`` when no example has a loss.
  package init(
    _ examples: [EncodedExample], plan: TrainingPlan, objective: any Objective
  ) throws(TrainingError) {
    self.objective = objective.sharingPrefixes(plan.sharesPrefixes)
    // A step of nothing but windows of a long prompt would have no loss to take the mean of.
    self.examples = examples.filter { objective.lossCount(of: $0) > 0 }
    guard !self.examples.isEmpty else { throw .noExamples }
    sampler = BatchSampler(
      rowCount: self.examples.count, batchSize: plan.batchSize, seed: plan.seed,
      texts: objective.keepsTextsApart ? RowTexts(self.examples) : nil)
    stepCount =
      switch plan.length {
      case .epochs(let count): count * sampler.stepsPerEpoch
      case .steps(let count): count
      }
    microbatchTokens = plan.microbatchTokens
    shards = plan.shards
  }

  /// Steps of one pass over the rows.
  package var stepsPerEpoch: Int { sampler.stepsPerEpoch }

  /// Steps that are looked at for the largest micro-batch: a longer training sees the same
  /// examples in other company, and hardly a larger one.
  private static let planned = 20_000

  /// The sizes of the micro-batches that the training computes, each once.
  package var microbatchSizes: Set<MicrobatchSize> {
    let sizes = examples.map { example in
      MicrobatchSize(
        rows: example.writtenCount, trained: objective.logitCount(of: example),
        read: example.prompt.count,
        spreadKeys: example.writtenCount + (example.other?.sharedCount ?? 0))
    }
    var batches = BatchSequence(sampler)
    var found: Set<MicrobatchSize> = []
    for _ in 0..<min(stepCount, Self.planned) {
      let step = batches.next()
      for shard in Shards.ranges(count: step.count, shards: shards) {
        let places = step[shard]
        let groups = RowGroups(
          places.map { examples[$0] }, sharing: objective.sharesPrefixes)
        for part in groups.microBatches(budget: microbatchTokens) {
          let rows = groups.order[part.rows].map { sizes[places[places.startIndex + $0]] }
          found.insert(.sum(rows, computing: part.size))
        }
      }
    }
    return found
  }

  /// Whether what rows of a step begin with alike is computed once.
  package var sharesPrefixes: Bool { objective.sharesPrefixes }

  /// The share of the tokens that beginning alike saves, as the first steps have it; 0 until it has been
  /// found worth it.
  package private(set) var savedShare = 0.0

  /// Steps that are looked at for how much beginning alike saves.
  private static let lookedAt = 200
  /// Computing alike beginnings once is worth another order of sums from here on.
  private static let leastSaving = 0.1

  /// Has what rows of a step begin with alike computed once, where that is wanted, or, with nil, where it
  /// saves enough; not where the objective cannot.
  package mutating func sharePrefixes(_ isWanted: Bool?) {
    (objective, savedShare) = (objective.sharingPrefixes(isWanted != false), 0)
    guard objective.sharesPrefixes else { return }
    savedShare = reckonedSaving()
    if isWanted == nil, savedShare < Self.leastSaving { sharePrefixes(false) }
  }

  private func reckonedSaving() -> Double {
    var batches = BatchSequence(sampler)
    var (all, computed) = (0, 0)
    for _ in 0..<min(stepCount, stepsPerEpoch, Self.lookedAt) {
      let step = batches.next().map { examples[$0] }
      all += step.reduce(0) { $0 + $1.computedCount }
      for shard in Shards.ranges(count: step.count, shards: shards) {
        computed += RowGroups(step[shard], sharing: true).size
      }
    }
    return all > 0 ? 1 - Double(computed) / Double(all) : 0
  }

  /// How much there is to compute.
  package struct Totals: Hashable, Sendable {
    /// Tokens computed, by the half that writes where there are two.
    package var tokens = 0.0
    /// Pairs of tokens that its attention looks at.
    package var attended = 0.0
    /// Rows of logits.
    package var trained = 0.0
    /// Tokens computed by a half that only reads.
    package var read = 0.0
    /// Pairs of tokens that its attention looks at.
    package var attendedReading = 0.0

    /// Tokens computed by both halves.
    package var computed: Double { tokens + read }

    /// The same for so many times as much.
    func times(_ factor: Double) -> Totals {
      Totals(
        tokens: tokens * factor, attended: attended * factor, trained: trained * factor,
        read: read * factor, attendedReading: attendedReading * factor)
    }
  }

  /// What the whole training computes: an epoch times their number, which may have a fraction.
  package var totals: Totals {
    var totals = totals(of: examples).times(Double(stepCount) / Double(stepsPerEpoch))
    totals.tokens *= 1 - savedShare
    return totals
  }

  /// What one pass over examples computes.
  package func totals(of examples: [EncodedExample]) -> Totals {
    var totals = Totals()
    for example in examples {
      totals.tokens += Double(example.writtenCount)
      if let texts = example.texts {
        for text in texts { totals.attended += Double(text.count * (text.count + 1)) / 2 }
        totals.trained += Double(objective.logitCount(of: example))
        continue
      }
      let (length, read) = (Double(example.ids.count - 1), Double(example.prompt.count))
      totals.attended += length * (length + 1) / 2 + length * read
      if let other = example.other {
        let (own, shared) = (Double(other.computedCount), Double(other.sharedCount))
        totals.attended += own * (own + 1) / 2 + own * shared
      }
      totals.trained += Double(objective.logitCount(of: example))
      totals.read += read
      totals.attendedReading += read * read
    }
    return totals
  }
}
