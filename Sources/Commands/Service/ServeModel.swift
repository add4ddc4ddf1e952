package import Language
import Reporting
package import Session

/// The command `serve`.
package struct ServeModel: Command {
  package static let signature = Signature(
    "serve", "Have the model answer by the OpenAI API, until Ctrl-C.",
    details: [
      "`ft serve` is started with the model as it is now, called `tuned` when it was trained or has an "
        + "adapter; so is its base. Clients ask http://127.0.0.1:8321/v1, and a page at the address "
        + "itself has a chat. It takes fine-tuning jobs too; they go on at its next start."
    ],
    patterns: ["[port <port:int>]"],
    slots: ["port": .range(1...65_535)], needs: ["model"], effects: ["service"],
    synonyms: ["host"],
    result: [
      .init("address", "where it answered"), .init("model", "what requests call the model"),
    ],
    examples: ["serve", "serve port 8400"], seeAlso: ["sample", "chat", "save model"])

  private static let usualPort = 8321

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    do throws(SessionError) {
      let serving = try await session.serve(
        port: call.int("port") ?? usualPort, tell: session.teller())
      return .record(["address": .string(serving.address), "model": .string(serving.model)])
    } catch { throw session.explained(error, call) }
  }

  /// What is said of a service that did not start on a port.
  static func notStarted(port: Int, _ call: Call) -> Diagnostic {
    Diagnostic(
      code: .noService, "the service did not start on port \(port).", at: call.label("port"),
      hints: [.type("serve port \(port == usualPort ? 8400 : usualPort)", remark: "another port")])
  }

  /// What is said where the service's program is not beside this one.
  static let notBuilt = Diagnostic(
    code: .noService, "the service is not built.",
    hints: [.help("in the shell: `scripts/ft serve --help` builds it, in a few minutes")])
}

extension DiagnosticCode {
  static let noService = DiagnosticCode(
    "R205", "the service cannot be started",
    "`serve` starts `ft-serve`, a program beside `ft` that `scripts/ft serve` builds when it is first "
      + "used. Its port must be free: another service may be running.")
}
