package import Language
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
    patterns: ["<file:output> {on <data:data>}"],
    slots: ["file": .about("the JSON Lines file to write"), "data": .fallback("train")],
    needs: ["model", "data"], effects: ["file"],
    result: [.init("path", "the file"), .init("sha256", "its hash")],
    examples: ["save tokens \"out/tokens.jsonl\"", "save tokens \"out/dev.jsonl\" on dev"],
    seeAlso: ["show", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let path = call.text("file") ?? ""
    let hash = try session.saveTokens(
      of: call.name("data") ?? "train", to: path, tell: session.teller())
    return SaveModel.saved(call, path, hash, session)
  }
}
