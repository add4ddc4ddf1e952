import Datasets
package import Language
import Reporting
package import Session

/// The command `join support with more`.
package struct JoinData: Command {
  package static let signature = Signature(
    "join", "Put the rows of two data sets together, part by part.",
    details: [
      "Train goes to train, dev to dev, test to test; the rows of both are of one kind. Lines of the "
        + "second go on after the last of the first, as if one file stood after the other. Of a row that "
        + "both have, `clean data` leaves one."
    ],
    patterns: ["<data:data> with <other:data> [as <name:newName>]"],
    needs: ["data"], effects: ["data"], synonyms: ["concat", "concatenate"],
    result: LoadData.signature.result,
    examples: ["join data with rows as both"], seeAlso: ["load data", "clean", "undo"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let whole = { (slot: String) throws(Diagnostic) in
      try session.neededWholeData(
        call, slot: slot, because: "data is joined as a whole, part by part.",
        instead: { "keep 100% of \($0) as part" })
    }
    let (data, other) = (try whole("data"), try whole("other"))
    let result = try session.join(data, with: other, as: call.name("name"))
    session.show(.report(.text(LoadData.summary(result))))
    return LoadData.value(result)
  }

  /// The error of rows that are of different kinds.
  static func unlike(_ one: LoadedData, _ other: LoadedData, _ call: Call) -> Diagnostic {
    let kinds = [one, other].map { $0.dataset.examples.first?.content.kindName ?? "nothing" }
    return Diagnostic(
      code: .unlikeRows,
      "the rows of \(one.name) are \(kinds[0]), and those of \(other.name) \(kinds[1]).",
      at: call.label("other"),
      hints: [.type("show \(other.name)", remark: "its first rows")])
  }
}

extension DiagnosticCode {
  static let unlikeRows = DiagnosticCode(
    "D276", "rows of different kinds",
    "`join` puts rows of one kind together: conversations with conversations, texts with a label with "
      + "such. A loss or a count would mean two things otherwise. Load one of the files so that its rows "
      + "are of the other's kind: `load data … text \"…\" answer \"…\"`.")
}
