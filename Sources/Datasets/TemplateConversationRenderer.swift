package import Tokenizers

/// Writes conversations with a model's chat template.
package struct TemplateConversationRenderer: ConversationRenderer {
  private let template: ChatTemplate
  private let variables: [String: String]

  /// `variables` are what the template may name, such as `bos_token` and `eos_token`.
  package init(_ template: ChatTemplate, variables: [String: String]) {
    self.template = template
    self.variables = variables
  }

  /// Renders the turns; a developer's are written as the system's, the name older templates know.
  package func render(
    _ turns: [Turn], addingGenerationPrompt: Bool
  ) throws(RenderingFailure) -> String {
    let messages = turns.map { turn in
      let role = turn.role == .developer ? ChatRole.system : turn.role
      return ChatMessage(role: role.rawValue, content: turn.content)
    }
    do throws(ChatTemplateError) {
      return try template.render(
        messages, addingGenerationPrompt: addingGenerationPrompt, variables: variables)
    } catch {
      throw RenderingFailure(error.message)
    }
  }
}
