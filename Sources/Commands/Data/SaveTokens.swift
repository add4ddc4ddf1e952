import Checkpoints
import Datasets
package import Language
import Reporting
import Serialization
package import Session

/// The command `save tokens "out/tokens.jsonl"`.
package struct SaveTokens: Command {
  package static let signature = Signature(
    "save tokens", "Write rows as the model is trained on them: token ids, and which are learned.",
    details: [
      "One JSON object a line, in the order of the data: `row`, the row's number from 0; `ids`; "
        + "and `trained`, a 1 for each id that the model learns to write and a 0 for the others. "
        + "What a row becomes the settings say: `set context`, `set long`, `set loss`."
    ],
    patterns: ["<file:path> {on <data:data>}"],
    slots: ["file": .about("the JSON Lines file to write"), "data": .fallback("train")],
    needs: ["model", "data"], effects: ["file"],
    result: [.init("path", "the file"), .init("sha256", "its hash")],
    examples: ["save tokens \"out/tokens.jsonl\"", "save tokens \"out/dev.jsonl\" on dev"],
    seeAlso: ["show", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let model = try session.neededModel("save tokens")
    let data = try session.neededData("save tokens")
    let (_, rows) = try session.neededExamples(call, slot: "data", fallback: "train")
    let examples = try session.encoded(rows, of: data.dataset.file, for: model)
    let path = call.text("file") ?? ""
    do throws(CheckpointError) {
      if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
        try makeFolder(String(path[..<slash]))
      }
      let file = try AtomicFile(path: path)
      for example in examples { try file.write(Array((line(example) + "\n").utf8)) }
      return SaveModel.saved(path, try file.commit(), session)
    } catch { throw Diagnostic(error) }
  }

  private static func line(_ example: EncodedExample) -> String {
    let object: JSONObject = [
      "row": .integer(example.row), "ids": .array(example.ids.map { .integer(Int($0)) }),
      "trained": .array(example.lossMask.map { .integer($0 ? 1 : 0) }),
    ]
    return JSONValue.object(object).text
  }
}
