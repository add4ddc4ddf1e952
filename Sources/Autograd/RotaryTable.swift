import Mathematics
package import Tensors

/// The angles of rotary position embedding, computed once a model, for as many positions as were asked
/// for: a model may have a hundred thousand, and most texts are short.
package final class RotaryTable {
  /// Of position · frequency, W numbers of a head being turned, `[·, W / 2]` each: a row a position, and
  /// again for long sequences where these have angles of their own.
  private var angles: (cosine: Tensor, sine: Tensor)?
  /// The number of positions, T.
  package let positionCount: Int
  /// Whether it turns pairs of neighbours, rather than pairs half of W apart.
  package let isInterleaved: Bool
  private let inverseFrequencies: [Double]
  private let magnitude: Double
  private let long: LongSequences?
  private let device: any Device

  /// Angles of sequences of more than `beyond` tokens.
  package struct LongSequences {
    /// W / 2 numbers.
    package let inverseFrequencies: [Double]
    /// The longest sequence that has the others.
    package let beyond: Int

    package init(inverseFrequencies: [Double], beyond: Int) {
      self.inverseFrequencies = inverseFrequencies
      self.beyond = beyond
    }
  }

  /// Makes the table for `positionCount` positions; `inverseFrequencies` holds W / 2 numbers.
  ///
  /// What is turned is also multiplied by `magnitude`.
  package init(
    inverseFrequencies: [Double], positionCount: Int, isInterleaved: Bool = false,
    magnitude: Double = 1, long: LongSequences? = nil, on device: any Device
  ) {
    self.positionCount = positionCount
    self.isInterleaved = isInterleaved
    self.inverseFrequencies = inverseFrequencies
    self.magnitude = magnitude
    self.long = long
    self.device = device
  }

  /// The fewest positions that a table is made for.
  private static let fewestPositions = 256

  /// The cosine and the sine of the angles of all rows that ``places(of:)`` gives for a layout.
  func angles(for layout: SequenceLayout) -> (cosine: Tensor, sine: Tensor) {
    let last = layout.positions.lazy.map { Int($0) }.max() ?? 0
    if let angles, last < angles.cosine.rows { return angles }
    // Twice as many as before, so that a sequence that grows has them made a few times only.
    var count = Self.fewestPositions
    while count <= last, count < positionCount { count *= 2 }
    let made = angles(count: min(count, positionCount))
    angles = made
    return made
  }

  /// The angles of the first positions; of all, where long sequences have some of their own.
  private func angles(count: Int) -> (cosine: Tensor, sine: Tensor) {
    let short = long.map { min($0.beyond, positionCount) } ?? count
    let rows = short + (long == nil ? 0 : positionCount)
    let cosine = Tensor(uninitialized: [rows, inverseFrequencies.count], on: device)
    let sine = Tensor(uninitialized: [rows, inverseFrequencies.count], on: device)
    device.rotaryTable(
      cosine: cosine.rows(0..<short), sine: sine.rows(0..<short),
      inverseFrequencies: inverseFrequencies)
    if let long {
      device.rotaryTable(
        cosine: cosine.rows(short..<rows), sine: sine.rows(short..<rows),
        inverseFrequencies: long.inverseFrequencies)
    }
    if magnitude != 1 {
      cosine.scale(by: Float(magnitude))
      sine.scale(by: Float(magnitude))
    }
    return (cosine, sine)
  }

  /// The row of the table for each row of a layout.
  func places(of layout: SequenceLayout) -> [Int32] {
    guard let long else { return layout.positions }
    var places = layout.positions
    for (stretch, length) in zip(layout.sequences, layout.lengths) where length > long.beyond {
      for row in stretch.queryStart..<stretch.queryStart + stretch.queryCount {
        places[row] += Int32(min(long.beyond, positionCount))
      }
    }
    return places
  }

  /// The plain frequencies, `theta^(−2i / W)`, where `width` numbers of a head are turned.
  package static func frequencies(theta: Double, width: Int) -> [Double] {
    let logarithm = logarithm(theta)
    return (0..<(width + 1) / 2).map {
      exponential(-Double(2 * $0) / Double(width) * logarithm)
    }
  }
}
