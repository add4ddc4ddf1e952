package import Language
import Reporting
package import Session

/// The command `unload support`.
package struct Unload: Command {
  package static let signature = Signature(
    "unload", "Forget the model, or data, and free their memory.",
    details: ["Of the data that is left, the last loaded becomes the current one."],
    patterns: ["model", "<data:data>"], effects: ["model", "data"],
    synonyms: ["forget", "free", "remove", "delete"],
    examples: ["unload model", "unload rows"], seeAlso: ["load model", "load data", "show"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    guard call.slot("data") != nil else {
      let model = try session.neededModel("unload model")
      session.model = nil
      session.lastRun = nil
      session.show(.report(.text("\(model.name) is no longer loaded")))
      return .null
    }
    let data = try session.neededWholeData(
      call, because: "a part of data cannot be unloaded alone.", instead: { "unload \($0)" })
    session.removeData(named: data.name)
    let next = session.currentData.map { "; the current data is \($0.name)" } ?? ""
    session.show(.report(.text("\(data.name) is no longer loaded\(next)")))
    return .null
  }
}
