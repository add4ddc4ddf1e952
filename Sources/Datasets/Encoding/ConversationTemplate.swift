package import ChatTemplates
import Serialization

/// A model's chat template with what it may name: writes conversations as the model was taught to
/// read them.
package struct ConversationTemplate: Sendable {
  private let template: ChatTemplate
  private let variables: [String: String]
  /// What the row gives the template beside its messages.
  private var fields: JSONObject = [:]

  /// `variables` are what the template may name, such as `bos_token` and `eos_token`.
  package init(_ template: ChatTemplate, variables: [String: String]) {
    self.template = template
    self.variables = variables
  }

  /// Returns the template for a row that has more to say than its messages, such as `tools`.
  func given(_ fields: JSONObject) -> ConversationTemplate {
    var template = self
    template.fields = fields
    return template
  }

  /// Whether the template itself says what the assistant writes, by `{% generation %}`.
  var marksAnswers: Bool { template.marksAnswers }

  /// Whether a prompt opens a stretch that the template knows how to close, and the answer does not
  /// close it.
  func leavesOpen(_ prompt: String, _ answer: String) -> Bool {
    guard let stretch = OpenedStretch(prompt), !stretch.isClosed(in: answer) else { return false }
    return template.source.contains(stretch.close)
  }

  /// The text of the turns, with the start of an assistant's turn if asked for.
  package func text(
    of turns: [Turn], addingGenerationPrompt: Bool
  ) throws(ProblemReason) -> String {
    try render(turns, addingGenerationPrompt: addingGenerationPrompt).text
  }

  /// Renders the turns, with the start of an assistant's turn if asked for.
  ///
  /// Contents that are lists of texts are given as lists; a template that refuses these, or prints
  /// them as lists, gets their texts in one.
  func render(
    _ turns: [Turn], addingGenerationPrompt: Bool
  ) throws(ProblemReason) -> RenderedChat {
    if turns.contains(where: \.hasParts) {
      let whole = try? render(turns.map { message($0, inParts: true) }, addingGenerationPrompt)
      if let whole, !whole.printsStructure(of: "content") { return whole }
    }
    return try render(turns.map { message($0, inParts: false) }, addingGenerationPrompt)
  }

  private func render(
    _ messages: [JSONObject], _ addingGenerationPrompt: Bool
  ) throws(ProblemReason) -> RenderedChat {
    do throws(ChatTemplateError) {
      return try template.render(
        messages, addingGenerationPrompt: addingGenerationPrompt, variables: variables,
        fields: fields)
    } catch { throw .templateFailed(detail: error.message) }
  }

  /// A turn as templates see it; a developer's is the system's for those that do not know the name.
  private func message(_ turn: Turn, inParts: Bool) -> JSONObject {
    let isUnknown = turn.role == .developer && !template.source.contains(turn.role.rawValue)
    let role = isUnknown ? ChatRole.system : turn.role
    var message: JSONObject = ["role": .string(role.rawValue)]
    message["content"] = .string(turn.content)
    for (key, value) in turn.fields.entries where key != "content" || value.isNull || inParts {
      message[key] = value
    }
    return message
  }
}

extension Turn {
  /// Whether the content is a list of texts.
  var hasParts: Bool { fields["content"]?.array != nil }
}
