import Tensors

/// A token that may be chosen, and its likelihood.
struct Candidate: Equatable {
  let token: Int32
  let weight: Double
}

/// The likelihoods of all tokens up to a common factor, in bins by size.
///
/// A bin holds the weights of the same leading bits, eight bins to a factor of two, so that the
/// likeliest tokens are found without sorting the vocabulary. Its memory serves token after token.
final class TokenLikelihoods {
  /// The likeliest has weight 1, those too unlikely for a float 0.
  private var weights: [Float]
  /// The sum of each bin's weights, summed in the order of tokens.
  private(set) var sums = [Double](repeating: 0, count: binCount)
  private(set) var counts = [Int](repeating: 0, count: binCount)

  private static let binShift: UInt32 = 20
  /// The bin of weight 1 is the last.
  static let binCount = Int(Float(1).bitPattern >> binShift) + 1

  /// Makes room for the likelihoods of `count` tokens.
  init(count: Int) { weights = [Float](repeating: 0, count: count) }

  /// Takes the distribution of a row of logits, the largest of which is at `largest`, sharpened or
  /// flattened by `temperature`.
  func read(_ logits: Tensor, row: Int, largest: Int, temperature: Float) {
    precondition(logits.columns == weights.count, "\(logits.shape), not \(weights.count) tokens")
    logits.device.likelihoods(
      &weights, logits, row: row, largest: largest, temperature: temperature)
    weights.withUnsafeBufferPointer { weights in
      sums.withUnsafeMutableBufferPointer { sums in
        counts.withUnsafeMutableBufferPointer { counts in
          sums.update(repeating: 0)
          counts.update(repeating: 0)
          for weight in weights where weight > 0 {
            let bin = Self.bin(of: weight)
            sums[bin] += Double(weight)
            counts[bin] += 1
          }
        }
      }
    }
  }

  /// The tokens of a bin in the order of their numbers.
  func tokens(in bin: Int) -> [Candidate] {
    var found: [Candidate] = []
    found.reserveCapacity(counts[bin])
    let bounds = Self.bounds(of: bin)
    weights.withUnsafeBufferPointer { weights in
      for (token, weight) in weights.enumerated() where bounds.contains(weight) && weight > 0 {
        found.append(Candidate(token: Int32(token), weight: Double(weight)))
      }
    }
    return found
  }

  /// The weights that belong to a bin, 0 aside.
  private static func bounds(of bin: Int) -> Range<Float> {
    let least = { (bin: Int) in Float(bitPattern: UInt32(bin) << binShift) }
    return least(bin)..<(bin == binCount - 1 ? .infinity : least(bin + 1))
  }

  /// The tokens of a bin, likeliest first, equals by number.
  func sortedTokens(in bin: Int) -> [Candidate] {
    tokens(in: bin).sorted { ($0.weight, $1.token) > ($1.weight, $0.token) }
  }

  /// The bin of a weight above 0.
  static func bin(of weight: Float) -> Int {
    min(Int(weight.bitPattern >> binShift), binCount - 1)
  }
}
