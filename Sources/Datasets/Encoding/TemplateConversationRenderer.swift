package import ChatTemplates
package import Serialization

/// Writes conversations with a model's chat template.
package struct TemplateConversationRenderer: ConversationRenderer {
  private let template: ChatTemplate
  private let variables: [String: String]
  /// What the row gives the template beside its messages.
  private var fields: JSONObject = [:]

  /// `variables` are what the template may name, such as `bos_token` and `eos_token`.
  package init(_ template: ChatTemplate, variables: [String: String]) {
    self.template = template
    self.variables = variables
  }

  package func given(_ fields: JSONObject) -> any ConversationRenderer {
    var renderer = self
    renderer.fields = fields
    return renderer
  }

  package func mayWrite(_ key: String) -> Bool {
    let names = Self.reasoningKeys.contains(key) ? Self.reasoningKeys : [key]
    // A template that goes through all keys of a message names none.
    return ["items()", "tojson", "|items"].contains(where: template.source.contains)
      || names.contains(where: template.source.contains)
  }

  /// The names under which data sets have an assistant's reasoning, the common one first.
  private static let reasoningKeys = ["reasoning_content", "thinking", "reasoning"]

  /// Renders the turns; a developer's are written as the system's, the name older templates know.
  package func render(
    _ turns: [Turn], addingGenerationPrompt: Bool
  ) throws(RenderingFailure) -> String {
    let messages = turns.map { turn in
      let role = turn.role == .developer ? ChatRole.system : turn.role
      return ChatMessage(
        role: role.rawValue, content: turn.content, fields: Self.withReasoning(turn.fields))
    }
    do throws(ChatTemplateError) {
      return try template.render(
        messages, addingGenerationPrompt: addingGenerationPrompt, variables: variables,
        fields: fields)
    } catch {
      throw RenderingFailure(error.message)
    }
  }

  /// Gives reasoning the names that templates know it by, as transformers does.
  private static func withReasoning(_ fields: JSONObject) -> JSONObject {
    guard let reasoning = reasoningKeys.lazy.compactMap({ fields[$0] }).first else { return fields }
    var fields = fields
    if fields["thinking"] == nil { fields["thinking"] = reasoning }
    fields["reasoning_content"] = reasoning
    return fields
  }
}
