import Evaluation
import Reporting

/// What is said of a difference of two losses, wherever two are held against each other.
extension Wording {
  /// What a difference says of the side that was subtracted from, and how many rows would say more.
  static func verdict(_ difference: Estimate, _ rows: RowTally, of side: String) -> String {
    let tally = "; \(rows.sentence)"
    if difference.upper < 0 {
      return "\(side) is better: the loss changes by \(range(difference))" + tally
    }
    if difference.lower > 0 {
      return "\(side) is worse: the loss changes by \(range(difference))" + tally
    }
    return "no detectable \(difference.mean > 0 ? "loss" : "gain") at n = \(rows.count)"
      + needed(difference.neededCount(from: rows.count))
      + ": the loss changes by \(range(difference)), which may be noise" + tally
  }

  /// About how many rows would show a difference; nothing where none would.
  static func needed(_ count: Int?) -> String {
    guard let count else { return "" }
    guard count <= mostRows else { return "; more rows than anybody has would be needed" }
    return "; about n = \(Quantity.count(count).text) would be needed"
  }

  /// Beyond this many rows a number says no more.
  private static let mostRows = 1_000_000

  /// A difference of losses with the ends of its interval.
  static func range(_ difference: Estimate) -> String {
    "\(Quantity(difference.mean, .loss).text) (\(ends(of: difference)))"
  }

  /// The ends of an interval of losses.
  static func ends(of estimate: Estimate) -> String {
    [estimate.lower, estimate.upper].map { Quantity($0, .loss).text }.joined(separator: " to ")
  }
}

extension RowTally {
  /// How many rows got better, worse, or stayed.
  var sentence: String { "\(wins) won, \(losses) lost, \(ties) tied" }
}
