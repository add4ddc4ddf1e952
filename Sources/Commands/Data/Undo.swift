import Datasets
package import Language
import Reporting
package import Session

/// The command `undo`.
package struct Undo: Command {
  package static let signature = Signature(
    "undo", "Take back the last change of the data.",
    details: [
      "`load data`, `keep`, `drop`, `clean`, `balance`, `join`, `split` and `unload` change the data; `undo` goes back before the "
        + "last of them, and once more before the one before. Training is taken back by `reset`."
    ],
    patterns: [""], effects: ["data"], synonyms: ["revert"],
    result: [.init("rows", "rows of the data that is current again", when: "with data")],
    examples: ["undo"], seeAlso: ["drop", "keep", "reset"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    guard session.undoData() else {
      throw Diagnostic(
        code: .nothingToUndo, "the data was not changed yet.",
        hints: [.type("reset", remark: "takes training back")])
    }
    guard let data = session.currentData else {
      session.show(.report(.text("no data is loaded, as before")))
      return .record([:])
    }
    session.show(.report(.text(LoadData.summary(data))))
    return .record(["rows": .integer(data.dataset.examples.count)])
  }
}

extension DiagnosticCode {
  static let nothingToUndo = DiagnosticCode(
    "L177", "nothing to take back",
    "`undo` takes back changes of the data, the last first, and all of them were taken back. `reset` "
      + "takes training back to the model as it was loaded.")
}
