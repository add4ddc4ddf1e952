package import Serialization

extension ChatTemplate {
  /// The roles whose messages it writes only when their content is a list of parts,
  /// `[{"type": "text", "text": "…"}]`, as templates of models that see pictures do.
  ///
  /// Found by trying, as llama.cpp does: of a role's content as a text nothing is written, or the
  /// template refuses it, and of the same content as a part all is.
  package func rolesInParts(variables: [String: String] = [:]) -> Set<String> {
    var roles: Set<String> = []
    // The others need a user's message beside theirs.
    for role in ["user", "assistant", "system", "developer", "tool"] {
      let asText = writes(Self.probe(of: role, inParts: roles), variables)
      if !asText, writes(Self.probe(of: role, inParts: roles.union([role])), variables) {
        roles.insert(role)
      }
    }
    return roles
  }

  /// The content of a message as a list of one part.
  package static func parts(of text: String) -> JSONValue {
    [["type": "text", "text": .string(text)]]
  }

  private static let word = "needle"

  /// A conversation in which one role says a word.
  private static func probe(of role: String, inParts roles: Set<String>) -> [JSONObject] {
    func message(_ role: String, _ text: String) -> JSONObject {
      ["role": .string(role), "content": roles.contains(role) ? parts(of: text) : .string(text)]
    }
    let own = message(role, word)
    let question = message("user", "question")
    switch role {
    case "user": return [own]
    case "assistant": return [question, own]
    case "tool":
      var call = message("assistant", "")
      call["tool_calls"] = [["type": "function", "function": ["name": "f", "arguments": [:]]]]
      return [question, call, own]
    default: return [own, question]
    }
  }

  /// Whether the word is in what is written, and not as a list is printed.
  private func writes(_ messages: [JSONObject], _ variables: [String: String]) -> Bool {
    let chat = try? render(messages, addingGenerationPrompt: false, variables: variables)
    guard let chat else { return false }
    return chat.text.contains(Self.word) && !chat.printsStructure(of: "content")
  }
}
