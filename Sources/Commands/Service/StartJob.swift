import Fetching
package import Language
import Reporting
import Serialization
package import Session

/// The command `start job from finch on "faq.jsonl"`.
package struct StartJob: Command {
  package static let signature = Signature(
    "start job", "Have a fine-tuning service train a model.",
    details: [
      "The rows are a file here, which is uploaded first, or one that the service has, `file-…`; so "
        + "are those of `dev`, which it measures on. What is not said the service chooses. The job "
        + "goes on when this program ends; `watch job` shows it, `download job` takes what it made."
    ],
    patterns: [
      "from <model:model> on <file:text> {dev <devFile:text> | <epochs:int> (epoch | epochs) | "
        + "batch <batch:int> | suffix <suffix:text> | seed <seed:int>}"
    ],
    slots: [
      "model": .about("a model of the service, by its name there"),
      "file": .about("a file of rows, or one that was uploaded"),
      "devFile": .about("the rows to measure on"), "epochs": .range(1...50),
      "batch": .range(1...256), "suffix": .about("a part of the new model's name"),
      "seed": .range(0...2_147_483_647),
    ],
    effects: ["service"], synonyms: ["submit"],
    result: [
      .init("id", "what the service calls it"), .init("status", "where it stands"),
      .init("model", "the model to begin with"),
    ],
    examples: [
      "start job from finch on \"support.jsonl\"",
      "start job from finch on \"support.jsonl\" 3 epochs batch 4 suffix \"shop\" seed 1",
      "start job from finch on \"train.jsonl\" dev \"valid.jsonl\" 1 epoch",
    ], seeAlso: ["upload data", "watch job", "cancel job", "download job"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    var job: JSONObject = [
      "model": .string(call.name("model") ?? ""),
      "training_file": .string(try file(call, "file", session)),
    ]
    if call.text("devFile") != nil {
      job["validation_file"] = .string(try file(call, "devFile", session))
    }
    job["suffix"] = call.text("suffix").map { .string($0) }
    job["seed"] = call.int("seed").map { .integer($0) }
    job["method"] = [
      "type": "supervised",
      "supervised": [
        "hyperparameters": [
          "n_epochs": call.int("epochs").map { .integer($0) } ?? "auto",
          "batch_size": call.int("batch").map { .integer($0) } ?? "auto",
          "learning_rate_multiplier": "auto",
        ]
      ],
    ]
    let asked = job
    let made: JSONValue
    do throws(SessionError) {
      made = try session.asking { (client) throws(FetchError) in try client.start(asked) }
    } catch { throw session.explained(error, call) }
    let found = RemoteJob(made)
    session.lastJob = found.id
    try found.checkFailure()
    session.show(.report(.text("\(found.id): \(found.status)")))
    session.show(.report(.text("next: watch job")))
    return .record([
      "id": .string(found.id), "status": .string(found.status), "model": .string(found.base),
    ])
  }

  /// What the service calls a file, which is uploaded when it is one of this machine.
  private static func file(
    _ call: Call, _ slot: String, _ session: isolated Session
  ) throws -> String {
    let asked = call.text(slot) ?? ""
    guard !asked.hasPrefix("file-") else { return asked }
    let path = try LoadData.find(asked, call, session.resources, slot: slot)
    do throws(SessionError) { return try UploadData.upload(path, session) } catch {
      throw session.explained(error, call)
    }
  }
}
