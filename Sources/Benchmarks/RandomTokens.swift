import Datasets
import Mathematics

/// Token ids drawn evenly from a vocabulary: speed does not depend on what they say.
struct RandomTokens {
  let vocabularySize: Int

  /// Returns sequence number `index`, of `count` tokens; always the same.
  func sequence(_ index: Int, count: Int) -> [Int32] {
    let stream = RandomStream(
      seed: 0, purpose: .sampling, step: UInt32(truncatingIfNeeded: index))
    return (0..<count).map { Int32(stream.uniform(at: $0) * Double(vocabularySize)) }
  }

  /// Returns `count` examples in which `length` tokens are computed, and trained.
  func examples(_ count: Int, length: Int) -> [EncodedExample] {
    (0..<count).map { index in
      EncodedExample(
        ids: sequence(index, count: length + 1),
        lossMask: Array(repeating: true, count: length + 1), row: index)
    }
  }
}
