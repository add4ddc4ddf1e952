package import Serialization

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
  /// is what `strftime_now` tells. `fields` are values for this conversation, such as `tools` and
  /// `documents`, which are none without, as transformers has them.
  ///
  /// - Throws: ``ChatTemplateError``; ``ChatTemplateError/Fault/raised(_:)`` when the template
  ///   itself objects to the conversation, such as to a second system message.
  package func render(
    _ messages: [ChatMessage], addingGenerationPrompt: Bool, variables: [String: String] = [:],
    fields: JSONObject = [:], now: ChatTemplateTime = .now
  ) throws(ChatTemplateError) -> String {
    var globals: [String: TemplateValue] = ["tools": .none, "documents": .none]
    for (name, text) in variables { globals[name] = .string(text) }
    for (name, value) in fields.entries { globals[name] = TemplateValue(value) }
    globals["messages"] = .list(TemplateList(messages.map { Self.value(of: $0) }))
    globals["add_generation_prompt"] = .bool(addingGenerationPrompt)
    let renderer = TemplateRenderer(globals: globals, now: now)
    return try renderer.render(body)
  }

  /// A message as templates see it, its fields in the order of the file.
  private static func value(of message: ChatMessage) -> TemplateValue {
    var map = TemplateMap([
      (.string("role"), .string(message.role)), (.string("content"), .string(message.content)),
    ])
    for (key, value) in message.fields.entries { map.set(.string(key), TemplateValue(value)) }
    return .map(map)
  }
}
