import Checkpoints
import Datasets
import Foundation
package import Language
import Reporting
import Serialization
package import Session

/// The command `save chat "talks.jsonl"`.
package struct SaveChat: Command {
  package static let signature = Signature(
    "save chat", "Add the talk to a file of rows, to train on or to read.",
    details: [
      "The row has the messages under `messages`, as `load data` reads them. Rows that the file has "
        + "already stay: talk by talk it becomes data."
    ],
    patterns: ["<file:output>"], slots: ["file": .about("a name ending in .jsonl")],
    needs: ["model"], effects: ["file"],
    result: [.init("path", "the file"), .init("rows", "how many rows it has now")],
    examples: ["save chat \"out/talks.jsonl\""], seeAlso: ["chat", "load data"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let path = call.text("file") ?? ""
    guard path.hasSuffix(".jsonl") else {
      let stem = (path as NSString).deletingPathExtension
      throw Diagnostic(
        code: .fileName, "rows are written to a file that ends in .jsonl.", at: call.label("file"),
        hints: [.type("save chat \"\(stem.isEmpty ? "out/talks" : stem).jsonl\"")])
    }
    guard session.talk.contains(where: { $0.role == .assistant }) else {
      throw session.explained(SessionError.nothingSaid, call)
    }
    let count = try session.add(row: row(session.talk), to: path)
    session.show(.report(.text("\(path) has \(Wording.count(count, "row")) now")))
    return .record(["path": .string(path), "rows": .integer(count)])
  }

  private static func row(_ talk: [Turn]) -> String {
    let messages = talk.map { turn -> JSONValue in
      .object(["role": .string(turn.role.rawValue), "content": .string(turn.content)])
    }
    return JSONValue.object(["messages": .array(messages)]).text
  }
}

extension Session {
  /// Adds a line to a file, which is written whole or not at all.
  ///
  /// - Returns: how many lines it has then.
  fileprivate func add(row: String, to path: String) throws -> Int {
    var text = ""
    if FileManager.default.fileExists(atPath: path) {
      do throws(CheckpointError) {
        let file = try OpenFile(path: path)
        text = String(decoding: try file.bytes(file.byteCount, at: 0), as: UTF8.self)
      } catch { throw Diagnostic(error) }
      if !text.isEmpty, !text.hasSuffix("\n") { text += "\n" }
    }
    text += row + "\n"
    try write(text, to: path)
    return text.utf8.count { $0 == UInt8(ascii: "\n") }
  }
}
