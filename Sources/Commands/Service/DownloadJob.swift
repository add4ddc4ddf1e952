import Fetching
package import Language
import Reporting
package import Session

/// The command `download job "out/shop"`.
package struct DownloadJob: Command {
  package static let signature = Signature(
    "download job", "Take away what a job of a fine-tuning service trained.",
    details: [
      "The folder is an adapter as `save adapter` writes it: `load adapter` and peft read it. A "
        + "service that keeps weights to itself refuses."
    ],
    patterns: ["[<id:text>] <folder:output>"],
    slots: [
      "id": .about("what the service calls it, `ftjob-…`; the last one without it"),
      "folder": .about("a new or empty folder"),
    ],
    effects: ["file"], synonyms: ["pull"],
    result: [
      .init("path", "the folder"), .init("model", "what the service calls the model"),
      .init("base", "the model that it is an adapter of"),
    ],
    examples: ["download job \"out/shop\"", "download job \"ftjob-abc\" \"out/shop\""],
    seeAlso: ["watch job", "load adapter"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let folder = call.text("folder") ?? ""
    let job: RemoteJob
    do throws(SessionError) { job = RemoteJob(try session.job(call.text("id"))) } catch {
      throw session.explained(error, call)
    }
    try job.checkFailure()
    guard let model = job.model else {
      throw Diagnostic(
        code: .unfinishedJob, "the job \(job.id) has made no model: it is \(job.status).",
        at: call.label("id"),
        hints: [.type("watch job \(Value.string(job.id).source)", remark: "waits for its end")])
    }
    do throws(SessionError) {
      _ = try session.asking { (client) throws(FetchError) in
        try client.download(model: model, to: folder)
      }
    } catch { throw session.explained(error, call) }
    session.show(.report(.text("\(model): saved in \(folder), an adapter of \(job.base)")))
    session.show(.report(.text("next: load adapter \(Value.string(folder).source)")))
    return .record([
      "path": .string(folder), "model": .string(model), "base": .string(job.base),
    ])
  }
}

extension DiagnosticCode {
  static let unfinishedJob = DiagnosticCode(
    "T507", "a job that has made no model",
    "A job has a model once it succeeded; before that its checkpoints can be asked by their names, "
      + "and one that failed or was cancelled has none.")
}
