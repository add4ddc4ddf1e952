package import Serialization

/// A program in Jinja, the language of chat templates, that turns messages into text.
///
/// Templates come with models and are a stranger's programs: there is no way from here to files,
/// processes or the insides of objects, and depth, steps and output are limited.
package struct ChatTemplate: Sendable {
  /// The template as it was written.
  package let source: String
  private let body: [TemplateNode]

  /// Parses a template; its statements are not run yet.
  package init(source: String) throws(ChatTemplateError) {
    self.source = source
    var parser = TemplateParser(try TemplateLexer.segments(of: source))
    body = try parser.template()
    marksAnswers = parser.hasGeneration
  }

  /// The names under which data sets have an assistant's reasoning, the common one first.
  package static let reasoningKeys = ["reasoning_content", "thinking", "reasoning"]

  /// Whether it has `{% generation %}`, which says what the assistant writes.
  package let marksAnswers: Bool

  /// Renders a conversation, its messages with their keys in the order of the file, as the
  /// `apply_chat_template` of transformers does.
  ///
  /// `variables` are texts that the template may name, such as `bos_token` and `eos_token`; `now`
  /// is what `strftime_now` tells. `fields` are values for this conversation, such as `tools` and
  /// `documents`, which are none without.
  ///
  /// - Throws: ``ChatTemplateError``; ``ChatTemplateError/Fault/raised(_:)`` when the template
  ///   itself objects to the conversation, such as to a second system message.
  package func render(
    _ messages: [JSONObject], addingGenerationPrompt: Bool, variables: [String: String] = [:],
    fields: JSONObject = [:], now: @autoclosure @escaping () -> ChatTemplateTime = .now
  ) throws(ChatTemplateError) -> RenderedChat {
    var data = TemplateData()
    var globals: [String: TemplateValue] = ["tools": .none, "documents": .none]
    for (name, text) in variables { globals[name] = .text(text) }
    var values: [TemplateValue] = []
    for (index, message) in messages.enumerated() {
      values.append(data.message(message, index: index))
    }
    globals["messages"] = .list(TemplateList(values))
    globals["add_generation_prompt"] = .bool(addingGenerationPrompt)
    for (name, value) in fields.entries {
      globals[name] = data.value(value, name, in: nil, message: nil)
    }
    let renderer = TemplateRenderer(globals: globals, data: data, now: now)
    let output = try renderer.render(body)
    return RenderedChat(output, data, read: renderer.read)
  }
}
