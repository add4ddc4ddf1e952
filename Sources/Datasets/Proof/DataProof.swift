/// What rows are held against before the first step of a training: what would spoil it.
///
/// It takes one pass over the tokens and one over the texts, which are kept as hashes.
package struct DataProof: Hashable, Sendable {
  /// What was found, each with its rows.
  package let findings: [DataFinding]
  /// How many tokens the rows have, and what of them is taught.
  package let census: TokenCensus

  /// What stops a training.
  package var stopping: [DataFinding] { findings.filter(\.stops) }

  /// Looks at rows as a training takes them.
  ///
  /// - Parameters:
  ///   - train: the rows to train on.
  ///   - heldOut: those that are measured.
  ///   - encoded: the rows of train as tokens, cut where they are cut.
  ///   - encoder: what made them.
  package init(
    train: [Example], heldOut: [Example], encoded: [EncodedExample],
    by encoder: ExampleEncoder
  ) {
    census = TokenCensus(encoded, of: train, by: encoder)
    let leaks = Duplicates.repeats(of: heldOut, in: train)
    let labelledCount = train.count(where: \.isLabelled)
    let lines: [(DataFault, [Int], Int)] = [
      (.leaks, leaks.map { heldOut[$0].line }, heldOut.count),
      (
        .contradictions, Duplicates.contradictions(train).map { train[$0].line },
        labelledCount
      ),
      (.truncation, census.truncated.map { train[$0].line }, census.answeringCount),
      (.ends, census.endless.map { train[$0].line }, census.answeringCount),
      (.begins, census.begunTwice.map { train[$0].line }, train.count),
    ]
    findings = lines.filter { !$0.1.isEmpty }.map { fault, lines, total in
      DataFinding(fault: fault, lines: lines.sorted(), total: total)
    }
  }

  /// The findings in words for a record, such as `leaks 3 of 40`; `none` where there are none.
  package var summary: String {
    let found = findings.map { "\($0.fault.rawValue) \($0.lines.count) of \($0.total)" }
    return "\(census.trainedCount) of \(census.tokenCount) tokens trained; "
      + (found.isEmpty ? "nothing found" : found.joined(separator: ", "))
  }
}
