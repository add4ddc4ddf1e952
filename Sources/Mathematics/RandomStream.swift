import CMathematics

/// What a random number is for: the streams of different purposes never meet.
///
/// A number once given keeps its purpose: results of old scripts depend on it.
package enum RandomPurpose: UInt32, Sendable {
  case initialization = 1
  case dropout = 3
  case sampling = 4
  case adapterInitialization = 6
  case resampling = 7
  case headInitialization = 8
}

/// Random numbers by address instead of by order: element `i` of the stream (seed, purpose,
/// step) is always the same, so no generator state is ever kept or saved (Philox4x32-10).
package struct RandomStream: Hashable, Sendable {
  /// The user's.
  package let seed: UInt64
  /// What the numbers are for.
  package let purpose: RandomPurpose
  /// Which of the streams of this purpose: a training's step, a layer, an answer.
  package let step: UInt32

  package init(seed: UInt64, purpose: RandomPurpose, step: UInt32 = 0) {
    self.seed = seed
    self.purpose = purpose
    self.step = step
  }

  /// Returns 64 random bits at `index`.
  package func bits(at index: Int) -> UInt64 {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4) { words in
      // Safety: the function writes exactly the four words allocated.
      ft_philox(words.baseAddress, seed, purpose.rawValue, step, UInt64(index))
      return UInt64(words[0]) | UInt64(words[1]) << 32
    }
  }

  /// Returns a number in `0..<1` with 53 random bits.
  package func uniform(at index: Int) -> Double {
    Double(bits(at: index) >> 11) * 0x1p-53
  }
}
