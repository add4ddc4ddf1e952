import Datasets
import Language
import Reporting
import Session

extension DataProof {
  /// What was found of the tokens of train.
  var fields: [Report.Field] {
    let share =
      census.tokenCount == 0 ? 0 : Double(census.trainedCount) / Double(census.tokenCount)
    var fields: [Report.Field] = [
      .init(
        "trained",
        .text(
          "\(Quantity.count(census.trainedCount).text) of "
            + "\(Quantity.count(census.tokenCount).text) tokens of train, "
            + Quantity(share, .percent).text))
    ]
    if census.answeringCount > 0 {
      let taught = census.answeringCount - census.truncated.count - census.endless.count
      fields.append(
        .init(
          "end",
          .text(
            "taught in \(Quantity.count(taught).text) of "
              + Wording.count(census.answeringCount, "row"))))
      fields.append(
        .init(
          "begin",
          .text(
            census.begunTwice.isEmpty
              ? "stands once" : "stands twice in \(Wording.count(census.begunTwice.count, "row"))")
        ))
    }
    return fields
      + findings.map { finding in
        .init(
          finding.stops ? "stops train" : "look at",
          .text("\(finding.sentence): \(finding.places) (\(finding.fault.rawValue))"))
      }
  }
}

extension Session {
  /// The most tokens of a row that are shown.
  private static let shownTokens = 120

  /// The first row of train as tokens, those that are trained marked; nil without a model that takes it.
  func firstRow(of data: LoadedData) -> Report? {
    let isCurrent = currentData?.name == data.name
    guard model != nil, isCurrent, let mask = try? mask(ofRow: 1, of: "train"),
      let tokens = mask.sequences.first
    else { return nil }
    let shown = tokens.prefix(Self.shownTokens)
    let left = tokens.count - shown.count
    return .group([
      .text(
        "the first row of train, line \(mask.line), what is trained marked"
          + (left > 0 ? ", without its last \(Quantity.count(left).text) tokens:" : ":")),
      .words(shown.map { .init(ShowMask.visible($0.text), isMarked: $0.isTrained) }),
    ])
  }
}
