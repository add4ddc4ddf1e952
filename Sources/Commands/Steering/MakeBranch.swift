package import Language
import Reporting
package import Session
import Training

/// The command `branch hot`.
package struct MakeBranch: Command {
  package static let signature = Signature(
    "branch", "Keep what training made so far, and go another way beside it; alone, list the ways.",
    details: [
      "What is there is called `main` at first. `branch hot` keeps it and makes `hot` of the same "
        + "weights and the same training, which may then go on with other settings: `set lr 1e-3`, "
        + "`resume 20 steps`, or be trained anew. `branch main` goes to the other one again.",
      "After `rewind 40` the new branch begins at step 40, and the one it parts from stays at its last step. "
        + "A branch is a run of its own in the record; a folder of checkpoints stays with the first.",
    ],
    patterns: ["", "<name:newName>"], needs: ["model"], effects: ["model", "settings"],
    synonyms: ["fork", "checkout"], examples: ["branch", "branch hot", "branch main"],
    seeAlso: ["compare branches", "keep branch", "rewind", "resume"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    guard let name = call.name("name") else {
      session.show(.report(.table(table(session.branchList))))
      return .null
    }
    let parted = session.currentBranch
    let isNew = try session.branch(name)
    let step = session.branchList.last?.step
    let place = step.map { " at step \($0)" } ?? ""
    session.show(
      .report(
        .text(isNew ? "`\(name)` parts from `\(parted)`\(place)" : "on branch `\(name)`\(place)")))
    return .null
  }

  private static func table(_ branches: [BranchState]) -> Table {
    var table = Table(columns: [
      .init("branch"), .init(""), .init("step", .right), .init("dev loss", .right),
    ])
    for branch in branches {
      table.append([
        .text(branch.name), .text(branch.isCurrent ? "now" : ""),
        branch.step.map { .quantity(Quantity(Double($0), .exact)) } ?? .text(""),
        branch.evaluation.map { .quantity(Quantity(Double($0.loss), .loss)) } ?? .text(""),
      ])
    }
    return table
  }
}
