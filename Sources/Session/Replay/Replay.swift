import Foundation
import Generation
import Models

/// What a model computes for a few prompts, to be held against what was saved of it.
struct Replay {
  /// The prompts as tokens.
  let prompts: [[Int32]]
  /// The logits after each token, prompt after prompt.
  private let logits: [[Float]]
  /// How many logits there are after a token, or of a text.
  private let width: Int

  /// Has `model` compute them.
  init(_ prompts: [[Int32]], by model: Transformer) {
    self.prompts = prompts
    width = model.blueprint.head.weight.shape[0]
    logits = prompts.map(model.replayed)
  }

  /// Compares what `read`, the model as it was read again, computes for the same prompts.
  ///
  /// - Parameters:
  ///   - read: what was read from the file.
  ///   - readPrompts: the prompts as its own tokenizer has them.
  ///   - text: what a token is, for people.
  /// - Returns: how far the two are apart.
  func finding(
    _ read: Transformer, prompts readPrompts: [[Int32]]? = nil, text: (Int32) -> String
  ) -> ReplayFinding {
    var finding = ReplayFinding(promptCount: prompts.count)
    if let readPrompts {
      finding.otherTokens = zip(prompts, readPrompts).enumerated().first { $1.0 != $1.1 }
        .map { $0.offset + 1 }
    }
    for (number, ids) in prompts.enumerated() {
      let theirs = read.replayed(ids)
      for place in 0..<min(logits[number].count, theirs.count) / width {
        let row = place * width..<(place + 1) * width
        finding.add(
          RowDifference(logits[number][row], theirs[row]), prompt: number + 1, place: place + 1,
          text: text)
      }
    }
    return finding
  }
}

extension Transformer {
  /// The logits after each token, or those of the whole text where the head chooses its labels.
  fileprivate func replayed(_ ids: [Int32]) -> [Float] {
    guard case .labels = blueprint.head.task else { return SequenceLogits(model: self).values(ids) }
    return labelScores([ids]).flatMap(\.self)
  }
}

/// How two rows of logits differ.
private struct RowDifference {
  /// The largest difference of two logits.
  let largest: Double
  /// The divergence of the second distribution from the first, in nats.
  let divergence: Double
  /// The most likely token of each.
  let choices: (kept: Int, read: Int)

  init(_ kept: ArraySlice<Float>, _ read: ArraySlice<Float>) {
    var largest = 0.0
    var (bestKept, bestRead) = (kept.startIndex, read.startIndex)
    for (one, other) in zip(kept.indices, read.indices) {
      largest = max(largest, Double(abs(kept[one] - read[other])))
      if kept[one] > kept[bestKept] { bestKept = one }
      if read[other] > read[bestRead] { bestRead = other }
      if !read[other].isFinite { largest = .infinity }
    }
    self.largest = largest
    choices = (bestKept - kept.startIndex, bestRead - read.startIndex)
    divergence = Self.divergence(kept, read, Double(kept[bestKept]), Double(read[bestRead]))
  }

  /// KL(kept ‖ read) = Σ p (ln p - ln q), p and q being the softmax of each row.
  private static func divergence(
    _ kept: ArraySlice<Float>, _ read: ArraySlice<Float>, _ largestKept: Double,
    _ largestRead: Double
  ) -> Double {
    var (keptSum, readSum) = (0.0, 0.0)
    for value in kept { keptSum += exp(Double(value) - largestKept) }
    for value in read { readSum += exp(Double(value) - largestRead) }
    let (keptLog, readLog) = (largestKept + log(keptSum), largestRead + log(readSum))
    var divergence = 0.0
    for (one, other) in zip(kept, read) {
      let logProbability = Double(one) - keptLog
      divergence += exp(logProbability) * (logProbability - (Double(other) - readLog))
    }
    return max(0, divergence)
  }
}

/// What came of reading a saved model again, and replaying prompts.
package struct ReplayFinding: Hashable, Sendable {
  /// Where the two models first would go on in different ways.
  package struct Choice: Hashable, Sendable {
    /// The number of the prompt, from 1.
    package let prompt: Int
    /// The number of the token in it after which they differ, from 1.
    package let place: Int
    /// The token that the model would write next.
    package let kept: String
    /// The token that what was saved would write next.
    package let read: String
  }

  /// How many prompts were replayed.
  package let promptCount: Int
  /// How many tokens they have.
  package private(set) var tokenCount = 0
  /// The largest difference of two logits.
  package private(set) var largestDifference = 0.0
  /// The mean divergence, KL(model ‖ saved), in nats per token.
  package var divergence: Double { tokenCount == 0 ? 0 : divergenceSum / Double(tokenCount) }
  /// The first place where the most likely token is another; nil when there is none.
  package private(set) var firstChoice: Choice?
  /// The number of the first prompt that the saved tokenizer cuts into other tokens; nil for none.
  package internal(set) var otherTokens: Int?
  private var divergenceSum = 0.0

  init(promptCount: Int) { self.promptCount = promptCount }

  fileprivate mutating func add(
    _ row: RowDifference, prompt: Int, place: Int, text: (Int32) -> String
  ) {
    tokenCount += 1
    largestDifference = max(largestDifference, row.largest)
    divergenceSum += row.divergence.isFinite ? row.divergence : .infinity
    if firstChoice == nil, row.choices.kept != row.choices.read {
      firstChoice = Choice(
        prompt: prompt, place: place, kept: text(Int32(row.choices.kept)),
        read: text(Int32(row.choices.read)))
    }
  }
}

/// How far what is read again may be from the model, by the format it was saved in.
package struct ReplayLimit: Hashable, Sendable {
  /// The format's name.
  package let format: String
  /// The largest mean divergence, in nats per token.
  package let divergence: Double

  /// Float32: only the order of additions may differ, where an adapter was merged.
  package static let float32 = ReplayLimit(format: "f32", divergence: 1e-4)
  /// Half the digits of float32.
  package static let float16 = ReplayLimit(format: "f16", divergence: 1e-3)
  /// Eight bits of mantissa.
  package static let bfloat16 = ReplayLimit(format: "bf16", divergence: 0.02)
  /// Eight bits with a scale a block.
  package static let bits8 = ReplayLimit(format: "q8_0", divergence: 0.02)
  /// Four bits, where a model of few parameters may lose much.
  package static let bits4 = ReplayLimit(format: "4 bits", divergence: 1)

  /// Whether a finding is beyond it.
  package func isExceeded(by finding: ReplayFinding) -> Bool {
    !(finding.divergence <= divergence) || !finding.largestDifference.isFinite
  }
}
