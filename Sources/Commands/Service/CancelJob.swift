import Fetching
package import Language
import Reporting
package import Session

/// The command `cancel job`.
package struct CancelJob: Command {
  package static let signature = Signature(
    "cancel job", "End a job of a fine-tuning service for good.",
    details: ["Without a name it is the job that was started here last, or the service's newest."],
    patterns: ["[<id:text>]"], slots: ["id": .about("what the service calls it, `ftjob-…`")],
    effects: ["service"], synonyms: ["abort"],
    result: [.init("id", "what the service calls it"), .init("status", "where it stands")],
    examples: ["cancel job \"ftjob-abc\""], seeAlso: ["start job", "watch job"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let job: RemoteJob
    do throws(SessionError) {
      let id = RemoteJob(try session.job(call.text("id"))).id
      job = RemoteJob(
        try session.asking { (client) throws(FetchError) in try client.cancel(id) })
    } catch { throw session.explained(error, call) }
    session.show(.report(.text("\(job.id): \(job.status)")))
    return .record(["id": .string(job.id), "status": .string(job.status)])
  }
}
