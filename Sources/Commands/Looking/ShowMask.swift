package import Language
import Reporting
package import Session

/// The command `show mask 3`.
package struct ShowMask: Command {
  package static let signature = Signature(
    "show mask", "Show a row as tokens, with those that are trained marked.",
    details: [
      "Tokens are spelled as the vocabulary has them; `*` stands before each that the model learns "
        + "to write, which are coloured too where there are colours. Rows count from 1, in the order "
        + "of the file. A conversation whose chat template writes earlier turns in another way than "
        + "they are generated is one sequence for each answer."
    ],
    patterns: ["<row:int> {on <data:data>}"],
    slots: [
      "row": .range(1...9_007_199_254_740_991).about("the number of the row"),
      "data": .about("train, dev, test or data by its name; all rows without it"),
    ],
    needs: ["model", "data"],
    result: [
      .init("line", "the row's line in the file"), .init("tokens", "how many it has"),
      .init("trained", "how many of them are trained"),
    ],
    examples: ["show mask 3", "show mask 1 on dev"], seeAlso: ["save tokens", "check data"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let mask = try session.mask(
      ofRow: call.int("row") ?? 1, of: call.name("data"), tell: session.teller())
    var reports: [Report] = []
    for (number, tokens) in mask.sequences.enumerated() {
      let trained = tokens.dropFirst().count { $0.isTrained }
      let name = mask.names.indices.contains(number) ? mask.names[number] : nil
      let answer = mask.sequences.count > 1 ? "answer \(number + 1)" : nil
      let which = (name ?? answer).map { ", " + $0 } ?? ""
      reports.append(
        .text(
          "row \(mask.number)\(which), line \(mask.line): "
            + "\(Wording.count(tokens.count, "token")), \(Quantity.count(trained).text) trained"))
      reports.append(
        .words(tokens.map { .init(visible($0.text), isMarked: $0.isTrained) }))
    }
    session.show(.report(.group(reports)))
    return .record([
      "line": .integer(mask.line), "tokens": .integer(mask.sequences.reduce(0) { $0 + $1.count }),
      "trained": .integer(mask.trainedCount),
    ])
  }

  /// A token on one line: line ends and tabs by their escapes.
  static func visible(_ token: String) -> String {
    token.replacing("\n", with: "\\n").replacing("\r", with: "\\r").replacing("\t", with: "\\t")
  }
}
