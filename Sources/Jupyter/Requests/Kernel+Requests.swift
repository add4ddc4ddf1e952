import Commands
import Language
import Messaging
import Notebook
import Serialization
import Session

/// The answers that take no work.
extension Kernel {
  /// What answers a request; nil for one that has no answer.
  func content(for call: KernelCall) -> JSONObject? {
    let asked = call.request.content
    switch call.type {
    case .kernelInfo: return Self.info
    case .execute: return execute(call.request)
    case .complete: return complete(asked)
    case .inspect: return inspect(asked)
    case .isComplete: return Self.completeness(of: asked["code"]?.string ?? "")
    case .history: return history.reply(to: asked)
    case .commInfo: return ["status": "ok", "comms": [:]]
    case .commOpen:
      // Nothing here talks to widgets: what a front end opens is closed again.
      publish("comm_close", ["comm_id": asked["comm_id"] ?? "", "data": [:]], for: call.request)
      return nil
    case .connect:
      return JSONObject(
        [("status", "ok")] + connection.portNumbers.entries.map { ($0.key, $0.value) })
    case .interrupt:
      interrupt()
      return ["status": "ok"]
    case .shutdown:
      let content: JSONObject = ["status": "ok", "restart": .bool(asked["restart"]?.bool ?? false)]
      publish(call.type.reply, content, for: call.request)
      return content
    }
  }

  /// What the kernel is.
  private static var info: JSONObject {
    [
      "status": "ok", "protocol_version": .string(MessageMaker.protocolVersion),
      "implementation": "tunebook", "implementation_version": .string(Version.current),
      "language_info": [
        "name": .string(KernelSpec.language), "version": .string(Version.current),
        "mimetype": "text/x-tunebook", "file_extension": ".ft",
        // Comments, texts in quotes and words are a shell's.
        "pygments_lexer": "bash", "codemirror_mode": "shell",
      ],
      "banner": .string("ft \(Version.current): a notebook for fine-tuning language models"),
      "help_links": [], "supported_features": [], "debugger": false,
    ]
  }

  /// Whether an entry can run, goes on, or is wrong whatever follows.
  private static func completeness(of entry: String) -> JSONObject {
    guard HelpRequest(entry) == nil, KernelWord(entry) == nil else { return ["status": "complete"] }
    switch Entry.classify(text: entry, commands: CommandList.table) {
    case .complete: return ["status": "complete"]
    case .incomplete:
      let indent = String(repeating: " ", count: OpenBrackets(entry).indent)
      return ["status": "incomplete", "indent": .string(indent)]
    case .invalid: return ["status": "invalid"]
    }
  }
}
