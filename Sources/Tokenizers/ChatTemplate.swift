/// A program, in the subset of Jinja that chat templates use, that turns messages into text.
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
  }

  /// Renders a conversation.
  ///
  /// `variables` are texts that the template may name, such as `bos_token` and `eos_token`; `now`
  /// is what `strftime_now` tells. `tools` and `documents` are none, as transformers has them when
  /// none are given.
  ///
  /// - Throws: ``ChatTemplateError``; ``ChatTemplateError/Fault/raised(_:)`` when the template
  ///   itself objects to the conversation, such as to a second system message.
  package func render(
    _ messages: [ChatMessage], addingGenerationPrompt: Bool, variables: [String: String] = [:],
    now: ChatTemplateTime = .now
  ) throws(ChatTemplateError) -> String {
    var globals: [String: TemplateValue] = ["tools": .none, "documents": .none]
    for (name, text) in variables { globals[name] = .string(text) }
    globals["messages"] = .list(
      TemplateList(
        messages.map { message in
          .map(
            TemplateMap([
              (.string("role"), .string(message.role)),
              (.string("content"), .string(message.content)),
            ]))
        }))
    globals["add_generation_prompt"] = .bool(addingGenerationPrompt)
    let renderer = TemplateRenderer(globals: globals, now: now)
    return try renderer.render(body)
  }
}
