import Fetching
import Foundation
package import Language
import Reporting
package import Session

/// The command `upload data "faq.jsonl"`.
package struct UploadData: Command {
  package static let signature = Signature(
    "upload data", "Send a file of rows to a fine-tuning service.",
    details: [
      "The service is the one that FT_SERVER or OPENAI_BASE_URL names, else `ft serve` on this "
        + "machine; its key is FT_API_KEY or OPENAI_API_KEY. Rows are JSON Lines, as "
        + "`{\"messages\": …}` or `prompt` and `completion`."
    ],
    patterns: ["<file:path>"], slots: ["file": .about("a file, or a bundled name")],
    effects: ["service"], synonyms: ["push"],
    result: [.init("id", "what the service calls it"), .init("path", "the file")],
    examples: ["upload data \"support.jsonl\""], seeAlso: ["start job"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let asked = call.text("file") ?? ""
    let path = try LoadData.find(asked, call, session.resources)
    let id: String
    do throws(SessionError) {
      id = try upload(path, session)
    } catch { throw session.explained(error, call) }
    session.show(.report(.text("\(asked): uploaded as \(id)")))
    session.show(.report(.text("next: start job from finch on \(Value.string(id).source)")))
    return .record(["id": .string(id), "path": .string(path)])
  }

  /// Uploads a file; gives what the service calls it.
  static func upload(
    _ path: String, _ session: isolated Session
  ) throws(SessionError) -> String {
    let name = (path as NSString).lastPathComponent
    return try session.asking { (client) throws(FetchError) in
      try client.upload(path, named: name)
    }
  }
}
