import ChatTemplates
import Serialization
import Testing

/// Renders one message of a user and one of the assistant, with a call.
private func rendered(_ source: String, fields: JSONObject = [:]) throws -> RenderedChat {
  try ChatTemplate(source: source).render(
    [
      ["role": .string("user"), "content": .string("Hé \"you\"")],
      [
        "role": .string("assistant"), "content": .string(" A b "), "n": .integer(7),
        "tool_calls": .array([
          .object(["function": .object(["name": .string("f"), "x": .bool(true)])])
        ]),
      ],
    ], addingGenerationPrompt: false, variables: ["eos_token": "</s>"], fields: fields)
}

@Suite("Where a rendered text came from") struct RenderedChatTests {
  /// What a filter or an operator makes of a message still belongs to it.
  static let sources: [(source: String, text: String)] = [
    ("<{{ messages[1].content }}>", " A b "), ("<{{ messages[1].content|trim }}>", "A b"),
    ("<{{ 'x' ~ messages[1].content.strip() + 'y' }}>", "A b"),
    ("<{{ messages[1].content|upper|replace(' ', '') }}>", "AB"),
    ("<{{ messages[1].content|tojson }}>", "\" A b \""),
    ("<{{ messages[1].content.split(' ')[1:]|join }}>", "Ab"),
    ("{% macro m(t) %}<{{ t }}>{% endmacro %}{{ m(messages[1].content[1:]) }}", "A b "),
    (
      "{% set ns = namespace(t='<') %}{% set ns.t = ns.t ~ messages[1].content %}{{ ns.t }}",
      " A b "
    ),
    ("{% filter lower %}<{{ messages[1].content }}>{% endfilter %}", " a b "),
    ("<{{ '%s!' % messages[1].content }}>", " A b "),
    ("<{{ '{}!'.format(messages[1].content) }}>", " A b "),
    ("<{{ messages[1].tool_calls|tojson }}>", #"[{"function": {"name": "f", "x": true}}]"#),
    ("<{{ messages[1].content|indent(2, true) }}>", " A b "),
    ("<{{ messages[1].content[::-1] }}>", " b A "),
  ]

  @Test("operations carry it along", arguments: sources) func carried(source: String, text: String)
    throws
  {
    let chat = try rendered(source)
    let range = try #require(chat.range(ofMessage: 1))
    #expect(String(decoding: Array(chat.text.utf8)[range], as: UTF8.self) == text)
    #expect(chat.range(ofMessage: 0) == nil)
  }

  private func unwritten(_ source: String, fields: JSONObject = [:]) throws -> [String] {
    try rendered(source, fields: fields).unwritten.map { part in
      let missing = part.missing.map { " \($0.lowerBound)..<\($0.upperBound)" }
      let pieces = part.isWhole ? "" : missing.joined()
      return (part.message.map { "\($0)." } ?? "") + part.path + pieces
    }
  }

  @Test("what is not written is named, and which bytes of it") func missing() throws {
    #expect(
      try unwritten("{{ messages[1].content }}") == ["0.content", "1.n", "1.tool_calls"])
    #expect(
      try unwritten("{{ messages }}") == [], "all of it is there, as Python prints it")
    #expect(
      try unwritten("{% for m in messages %}{{ m.content[1:]|trim }}{{ m.n }}{% endfor %}")
        == ["0.content 0..<1", "1.content 0..<1 4..<5", "1.tool_calls"])
    #expect(
      try unwritten(
        "{% for m in messages %}{{ m.content|tojson }}{% endfor %}{{ messages[1].n }}"
          + "{{ messages[1].tool_calls[0].function.name }}") == ["1.tool_calls.function.x"])
    let tools: JSONObject = ["tools": .array([.object(["name": .string("f")])])]
    #expect(try unwritten("{{ messages }}", fields: tools) == ["tools"])
    #expect(try unwritten("{{ messages }}{{ tools|tojson }}", fields: tools) == [])
    #expect(try unwritten("{{ messages }}", fields: ["flag": false]) == ["flag"])
    #expect(
      try unwritten("{{ messages }}{% if flag %}{% endif %}", fields: ["flag": false]) == [])
  }

  @Test("what the assistant writes is where the template says it is") func generation() throws {
    let chat = try rendered(
      "{% for m in messages %}<{{ m.role }}>{% generation %}{{ m.content|trim }}{{ eos_token }}"
        + "{% endgeneration %}\n{% endfor %}")
    let bytes = Array(chat.text.utf8)
    #expect(
      chat.generated.map { String(decoding: bytes[$0], as: UTF8.self) }
        == ["Hé \"you\"</s>", "A b</s>"])
    #expect(chat.generated.map { chat.message(in: $0) } == [0, 1])
    // Inside a macro, the place of the text is the macro's in the end.
    let inside = try rendered(
      "{% macro m() %}x{% generation %}{{ messages[1].content }}{% endgeneration %}y{% endmacro %}"
        + "a{{ m() }}b")
    #expect(inside.generated == [2..<7])
  }

  @Test("null keys are not there, and reasoning has every name") func normalized() throws {
    let chat = try ChatTemplate(source: "{% for m in messages %}{{ m|tojson }}{% endfor %}").render(
      [
        ["role": .string("assistant"), "content": .null, "reasoning": .string("r")]
      ], addingGenerationPrompt: false)
    #expect(
      chat.text
        == #"{"thinking": "r", "role": "assistant", "reasoning": "r", "reasoning_content": "r"}"#)
  }
}
