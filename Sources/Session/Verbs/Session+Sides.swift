import Adapters
package import Evaluation

/// Holding two things that the model can be against each other.
extension Session {
  /// Measures two adapters on the same rows, each alone and whole; those in force are so afterwards.
  ///
  /// - Throws: ``SessionError/noAdapter``, ``SessionError/unknownAdapter(_:known:)``, and as
  ///   ``evaluate(on:using:tell:)``.
  package func compareAdapters(
    _ first: String, _ second: String, on name: String, tell: (VerbEvent) -> Void = { _ in }
  ) throws(SessionError) -> SideComparison {
    let model = try loadedModel()
    let known = model.shelf.entries.map(\.name)
    guard !known.isEmpty else { throw .noAdapter }
    for name in [first, second] where !known.contains(name) {
      throw .unknownAdapter(name, known: known)
    }
    let shares = model.shelf.shares
    return try compareSides(
      [first, second], on: name, tell: tell,
      become: { (adapter) throws(SessionError) in
        _ = try self.useAdapters([.init(name: adapter, weight: 1)])
      },
      back: { () throws(SessionError) in _ = try self.useAdapters(shares) })
  }

  /// Measures what the model is after it became each of two things, and goes back.
  func compareSides(
    _ names: [String], on name: String, tell: (VerbEvent) -> Void,
    become: (String) throws(SessionError) -> Void, back: () throws(SessionError) -> Void
  ) throws(SessionError) -> SideComparison {
    do throws(SessionError) {
      let sides = try names.map { (side) throws(SessionError) in
        try become(side)
        return try evaluate(on: name, tell: tell)
      }
      try back()
      return SideComparison(first: sides[0], second: sides[1])
    } catch {
      try back()
      throw error
    }
  }
}

/// Two things that a model can be, on the same rows.
package struct SideComparison: Sendable {
  /// The losses of the one that was named first.
  package let first: LossEvaluation
  /// The losses of the other.
  package let second: LossEvaluation
  /// The second less the first, with its 95 % interval from the rows in pairs.
  package let difference: Estimate
  /// How many rows the second has at less loss.
  package let rows: RowTally

  init(first: LossEvaluation, second: LossEvaluation) {
    (self.first, self.second) = (first, second)
    difference = second.report.difference(from: first.report, seed: 0)
    rows = second.report.tally(from: first.report)
  }
}
