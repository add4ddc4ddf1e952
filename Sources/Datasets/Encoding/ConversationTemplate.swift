package import ChatTemplates
import Serialization

/// A model's chat template with what it may name: writes conversations as the model was taught to
/// read them.
package struct ConversationTemplate: Sendable {
  private let template: ChatTemplate
  private let variables: [String: String]
  /// The roles whose contents the template takes only as lists of parts.
  private let rolesInParts: Set<String>
  /// What the row gives the template beside its messages.
  private var fields: JSONObject = [:]

  /// `variables` are what the template may name, such as `bos_token` and `eos_token`.
  package init(_ template: ChatTemplate, variables: [String: String]) {
    self.template = template
    self.variables = variables
    rolesInParts = template.rolesInParts(variables: variables)
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
  /// A call's arguments may be a text that is JSON, as OpenAI writes them; a template that refuses that,
  /// or would put the text in quotes, gets the object.
  func render(
    _ turns: [Turn], addingGenerationPrompt: Bool
  ) throws(ProblemReason) -> RenderedChat {
    if turns.contains(where: \.hasTextArguments) {
      let chat = try? whole(turns, addingGenerationPrompt)
      if let chat, !chat.changes("tool_calls.function.arguments") { return chat }
      let parsed = try? whole(turns.map(\.withParsedArguments), addingGenerationPrompt)
      if let parsed { return parsed }
    }
    return try whole(turns, addingGenerationPrompt)
  }

  /// Contents that are lists of texts are given as lists; a template that refuses these, leaves them out
  /// or prints them as lists gets their texts in one.
  private func whole(
    _ turns: [Turn], _ addingGenerationPrompt: Bool
  ) throws(ProblemReason) -> RenderedChat {
    if turns.contains(where: \.hasParts) {
      let chat = try? render(turns.map { message($0, inParts: true) }, addingGenerationPrompt)
      let paths = Set(chat?.unwritten.map(\.path) ?? ["content"])
      let isLost = !paths.isDisjoint(with: ["content", "content.text"])
      if let chat, !isLost, !chat.printsStructure(of: "content") { return chat }
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
    message["content"] =
      rolesInParts.contains(role.rawValue)
      ? ChatTemplate.parts(of: turn.content) : .string(turn.content)
    for (key, value) in turn.fields.entries where key != "content" || value.isNull || inParts {
      message[key] = value
    }
    return message
  }
}

extension Turn {
  /// Whether the content is a list of texts.
  fileprivate var hasParts: Bool { fields["content"]?.array != nil }

  /// Whether it calls a tool with arguments that are a text.
  fileprivate var hasTextArguments: Bool {
    fields["tool_calls"]?.array?.contains { $0["function"]?["arguments"]?.string != nil } ?? false
  }

  /// The message with the arguments of its calls as objects, as far as they are JSON.
  fileprivate var withParsedArguments: Turn {
    guard let calls = fields["tool_calls"]?.array else { return self }
    var fields = fields
    fields["tool_calls"] = .array(
      calls.map { call in
        guard var object = call.object, var function = object["function"]?.object,
          let text = function["arguments"]?.string,
          let arguments = try? JSONValue(parsing: Array(text.utf8)), arguments.object != nil
        else { return call }
        function["arguments"] = arguments
        object["function"] = .object(function)
        return .object(object)
      })
    return Turn(role, content, weight: isTrained ? 1 : 0, fields: fields)
  }
}
