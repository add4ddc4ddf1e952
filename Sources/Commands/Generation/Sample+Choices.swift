import Generation
import Language
import Reporting
import Session

/// The form `sample "Is it late?" from ["yes", "no"]`.
extension Sample {
  static func choose(
    _ call: Call, _ request: SampleRequest, in session: isolated Session
  ) throws -> Value {
    let chosen = try session.choose(
      among: answers(call), request, tell: session.teller())
    let shares = chosen.shares
    session.show(.report(.table(table(chosen))))
    if shares.areNegligible { session.show(shares.warning) }
    let first = shares.order.first ?? 0
    return .record([
      "text": .string(chosen.texts[first]), "tokens": .integer(chosen.tokenCounts[first]),
      "choices": .list(
        shares.order.map {
          .record([
            "text": .string(chosen.texts[$0]), "probability": .number(shares.probabilities[$0]),
            "share": .number(shares.shares[$0]), "tokens": .integer(chosen.tokenCounts[$0]),
          ])
        }),
    ])
  }

  /// The texts to choose from; none when one of them is no text.
  private static func answers(_ call: Call) -> [String] {
    guard case .list(let values) = call.value("answers") else { return [] }
    let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
    return texts.count == values.count ? texts : []
  }

  private static func table(_ chosen: ChosenAnswers) -> Table {
    var table = Table(columns: [
      .init("answer"), .init("share", .right), .init("probability", .right),
      .init("tokens", .right),
    ])
    for place in chosen.shares.order {
      table.append([
        .text(Wording.oneLine(chosen.texts[place])),
        .quantity(Quantity(chosen.shares.shares[place], .percent)),
        .text(Wording.digits(chosen.shares.probabilities[place])),
        .quantity(.count(chosen.tokenCounts[place])),
      ])
    }
    return table
  }
}
