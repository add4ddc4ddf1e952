import Datasets
import Foundation
package import Language
import Reporting
package import Session

/// The command `search "a refund" in dev`.
package struct Search: Command {
  package static let signature = Signature(
    "search", "Find the texts that are nearest to a query.",
    details: [
      "Each text and the query become vectors as `embed` makes them, and are compared by the cosine of "
        + "the angle between these.",
      "`in` searches rows that are loaded: of queries with texts the texts, of questions with answers the "
        + "answers, of other rows what they say. `data \"help.txt\"` searches a file, in which `text` names "
        + "the column to read; of plain text each line is one.",
      "A model of sentence-transformers finds texts as it is; `set objective retrieve` trains one on rows of "
        + "queries and the texts that belong to them, and `eval dev` measures how well they are found.",
    ],
    patterns: [
      "<query:text> in <rows:data> {top <count:int> | using <which:choice>}",
      "<query:text> data <file:path> {text <column:text> | top <count:int> | using <which:choice>}",
    ],
    slots: [
      "query": .about("what is looked for"),
      "count": .range(1...1000).fallback("5"),
      "which": .choices("base", "tuned").fallback("tuned"),
      "column": .about("the column or key that has the text"),
      "file": .about("a file of rows, or of lines"),
    ],
    needs: ["model"], synonyms: ["find", "retrieve", "nearest"],
    result: [
      .init("texts", "what was found, the nearest first"),
      .init("scores", "the cosine of each, -1 to 1"),
      .init("lines", "the line of each in its file"),
      .init("count", "how many texts were searched"),
    ],
    examples: [
      "search \"a number\" in train", "search \"a number\" in dev top 3 using base",
      "search \"a warm day\" data \"reviews.csv\" text \"text\"",
    ], seeAlso: ["embed", "eval", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let found = try session.search(
      call.text("query") ?? "", in: try rows(call, session), limit: call.int("count") ?? 5,
      using: call.state)
    var table = Table(columns: [
      .init("score", .right), .init("line", .right), .init("text"),
    ])
    for hit in found.found {
      table.append([
        .quantity(Quantity(hit.cosine, .decimals(3))), .quantity(.count(hit.line)),
        .text(Wording.oneLine(hit.text)),
      ])
    }
    session.show(
      .report(
        .group([
          .table(table), .text("among " + Wording.count(found.textCount, "text")),
        ])))
    return .record([
      "texts": .list(found.found.map { .string($0.text) }),
      "scores": .list(found.found.map { .number($0.cosine) }),
      "lines": .list(found.found.map { .integer($0.line) }),
      "count": .integer(found.textCount),
    ])
  }

  /// The rows that are named, or those of a file.
  private static func rows(_ call: Call, _ session: isolated Session) throws -> [Example] {
    guard let asked = call.text("file") else {
      return try session.rows(named: call.name("rows") ?? "train")
    }
    let path = try LoadData.find(asked, call, session.resources)
    do throws(DatasetError) {
      return try session.rowsToLabel(inFile: path, named: asked, column: call.text("column"))
    } catch { throw Diagnostic(error) }
  }
}
