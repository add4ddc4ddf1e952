import ChatTemplates
import Serialization

/// What a template leaves out of an assistant's message.
struct LostParts {
  /// The key of a call that is missing.
  private(set) var call: String?
  /// The part of what is said that is missing, but for white space.
  private(set) var content = ""

  init(_ chat: RenderedChat, of index: Int, _ turn: Turn) {
    for part in chat.unwritten where part.message == index {
      let names = part.path.split(separator: ".")
      if let key = names.first.map(String.init), MessageReader.callKeys.contains(key),
        names.count == 1 || names.contains("name") || names.contains("arguments")
      {
        call = key
      } else if part.path == "content" || part.path == "content.text" {
        content += turn.lost(part, in: chat) ?? ""
      }
    }
  }
}

extension Turn {
  static func isReasoning(_ path: String) -> Bool { ChatTemplate.reasoningKeys.contains(path) }

  /// What the assistant thought before it answered; empty when the row does not say.
  var reasoning: String {
    ChatTemplate.reasoningKeys.lazy.compactMap { fields[$0]?.string }.first ?? ""
  }

  /// What of the content is missing; nil for space and for what the template has words of its own for.
  func lost(_ part: UnwrittenPart, in chat: RenderedChat) -> String? {
    let bytes = Array(content.utf8)
    // Of several texts in a list it is not known which.
    guard part.path == "content" || part.byteCount == bytes.count, !part.missing.isEmpty else {
      return content.isBlank ? nil : content
    }
    let pieces = part.missing.filter { $0.upperBound <= bytes.count }
      .map { String(decoding: bytes[$0], as: UTF8.self) }
    let missing = pieces.filter { !$0.isBlank && !chat.text.contains($0.trimmed) }
    return missing.isEmpty ? nil : missing.joined()
  }
}
