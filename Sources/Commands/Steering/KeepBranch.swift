package import Language
import Reporting
package import Session

/// The command `keep branch hot`.
package struct KeepBranch: Command {
  package static let signature = Signature(
    "keep branch", "Make a branch what the model is, and forget the others.",
    patterns: ["<name:word>"], needs: ["model"], effects: ["model", "settings"],
    synonyms: ["merge"], examples: ["keep branch main"], seeAlso: ["branch", "compare branches"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let name = call.name("name") ?? ""
    let forgotten = session.branchList.map(\.name).filter { $0 != name }
    try session.keepBranch(name)
    let others = forgotten.map { "`\($0)`" }.joined(separator: ", ")
    session.show(
      .report(.text("`\(name)` is kept" + (others.isEmpty ? "" : "; gone: \(others)"))))
    return .null
  }
}
