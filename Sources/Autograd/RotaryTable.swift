import Mathematics
package import Tensors

/// The angles of rotary position embedding, computed once a model.
package final class RotaryTable {
  /// The cosine of position · frequency, `[·, W / 2]`, W numbers of a head being turned: a row a
  /// position, and again for long sequences where these have angles of their own.
  package let cosine: Tensor
  /// The sine of the same angles, `[·, W / 2]`.
  package let sine: Tensor
  /// The number of positions, T.
  package let positionCount: Int
  /// Whether it turns pairs of neighbours, rather than pairs half of W apart.
  package let isInterleaved: Bool
  private let long: LongSequences?

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
    self.long = long
    let short = min(long?.beyond ?? positionCount, positionCount)
    let rows = short + (long == nil ? 0 : positionCount)
    cosine = Tensor(uninitialized: [rows, inverseFrequencies.count], on: device)
    sine = Tensor(uninitialized: [rows, inverseFrequencies.count], on: device)
    device.rotaryTable(
      cosine: cosine.rows(0..<short), sine: sine.rows(0..<short),
      inverseFrequencies: inverseFrequencies)
    if let long {
      device.rotaryTable(
        cosine: cosine.rows(short..<rows), sine: sine.rows(short..<rows),
        inverseFrequencies: long.inverseFrequencies)
    }
    guard magnitude != 1 else { return }
    cosine.scale(by: Float(magnitude))
    sine.scale(by: Float(magnitude))
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
