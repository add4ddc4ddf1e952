import Datasets

/// A step whose loss stands far above those before it: mostly rows of the batch are not what they
/// should be.
package struct LossJump: Hashable, Sendable {
  /// The step, the first being 1.
  package let step: Int
  /// Its loss, in nats per trained token.
  package let loss: Double
  /// The median of the losses before it.
  package let usual: Double
  /// The data's rows that cost most in that step, the worst first; at most three.
  package let rows: [Int]

  /// How many losses before a step it is held against, at most.
  private static let reach = 20
  /// How many there have to be.
  private static let least = 5
  /// How many times the usual loss is a jump.
  private static let factor: Float = 10
  /// How far above the usual loss a jump is at least, in nats: ten times next to nothing is little.
  private static let margin: Float = 1

  /// The jump that the last of these losses was; nil when it was none.
  ///
  /// `rows`, the worst first, are asked for when it was.
  /// The steps that follow a jump, for as long as the losses before them are looked at, are none: what
  /// goes up and stays there is told once.
  package init?(lastOf losses: [Float], rows: () -> [Int]) {
    let last = losses.count - 1
    guard let usual = Self.median(before: last, in: losses), Self.isJump(at: last, in: losses),
      !(max(0, last - Self.reach)..<last).contains(where: { Self.isJump(at: $0, in: losses) })
    else { return nil }
    (step, loss, self.usual) = (losses.count, Double(losses[last]), Double(usual))
    self.rows = Array(rows().prefix(3))
  }

  private static func isJump(at index: Int, in losses: [Float]) -> Bool {
    guard let usual = median(before: index, in: losses) else { return false }
    return losses[index] > factor * usual && losses[index] > usual + margin
  }

  /// The median of the losses before a step; nil when they are too few.
  private static func median(before index: Int, in losses: [Float]) -> Float? {
    guard index >= least else { return nil }
    let sorted = losses[max(0, index - reach)..<index].sorted()
    return sorted[sorted.count / 2]
  }
}

extension Trainer {
  /// The data's rows of the last step, the largest loss first; of equal ones the earlier first.
  var rowsOfLastStep: [Int] {
    guard finishedSteps > 0 else { return [] }
    let (epoch, places) = placesOfLastStep
    return places.map { (row: examples[$0].row, loss: record.losses[epoch][$0]) }
      .sorted { ($1.loss, $0.row) < ($0.loss, $1.row) }
      .map(\.row)
  }
}
