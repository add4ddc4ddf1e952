import Datasets
import Testing

/// Encodes rows with a template, a letter a token; `<e>` ends a turn.
private func encoded(_ rows: String, by source: String) throws -> EncodedDataset {
  let options = ExampleEncoder.Options(maximumLength: 1000, endID: 2)
  let encoder = ExampleEncoder(LetterEncoder(), template: try template(source), options: options)
  return try encoder.encode(try load(rows).examples, file: "rows.jsonl")
}

/// Templates of reasoning models, which write earlier turns, or the prompt, in another way.
@Suite("Conversations of reasoning models") struct ReasoningConversationTests {
  /// Leaves reasoning out of every answer and opens it in the prompt, as DeepSeek-R1 does.
  private static let opening = """
    {% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}\
    {{ m.content.split('(/t)')[-1] }}<e>{% endfor %}{{ '<a>[t]\\n' if add_generation_prompt }}
    """
  private static func row(_ answer: String, _ second: String = #""content":"b""#) -> String {
    #"{"messages":[{"role":"user","content":"q"},{"role":"assistant",\#(answer)},"#
      + #"{"role":"user","content":"r"},{"role":"assistant",\#(second)}]}"#
  }

  static let answers: [(row: String, trained: String)] = [
    (#""content":"a","reasoning_content":"why""#, "why/[/t]//aE"),
    (#""content":"a""#, "/[/t]//aE"),
  ]

  @Test("an answer goes on from what its prompt opens", arguments: answers)
  func opened(row: String, trained: String) throws {
    let result = try encoded(Self.row(row), by: Self.opening)
    #expect(
      result.examples.map { picture($0)[0] }
        == ["UqEA[t]/" + trained, "UqEAaEUrEA[t]//[/t]//bE"])
    #expect(result.examples.map(\.trainedCount) == [trained.count, "/[/t]//bE".count])
    #expect(result.reopenedLines == [1])
    #expect(result.dividedLines == [1])
    #expect(result.unwrittenKeys == [:])
  }

  @Test("reasoning that the template cuts out of the content is put there too") func cut() throws {
    let source = Self.opening.replacing("(/t)", with: "[/t]")
    let result = try encoded(Self.row(#""content":"[t]why[/t]a""#), by: source)
    #expect(picture(result.examples[0])[0] == "UqEA[t]/why/[/t]//aE")
    #expect(result.unwrittenKeys == [:])
    // Without a place for it in the prompt, it is told.
    let closed = source.replacing("[t]\\n", with: "")
    let told = try encoded(Self.row(#""content":"[t]why[/t]a""#), by: closed)
    #expect(picture(told.examples[0])[0] == "UqEAaEUrEAbE")
    #expect(told.unwrittenKeys == ["reasoning of assistant": 1])
  }

  @Test("a prompt that closes its stretch itself leaves no room for reasoning") func shut() throws {
    let source = """
      {% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}\
      {% if m.reasoning_content %}[t]{{ m.reasoning_content }}[/t]{% endif %}{{ m.content }}<e>\
      {% endfor %}{{ '<a>[t][/t]' if add_generation_prompt }}
      """
    let result = try encoded(
      Self.row(#""content":"a","reasoning_content":"why""#), by: source)
    #expect(
      result.examples.map(picture) == [
        ["UqEA[t][/t]aE", "...........^^"],
        ["UqEA[t]why[/t]aEUrEA[t][/t]bE", String(repeating: ".", count: 27) + "^^"],
      ])
    #expect(result.unwrittenKeys == ["reasoning of assistant": 1])
  }

  @Test("reasoning that is left out of earlier turns makes an example of each answer")
  func history() throws {
    let source = """
      {% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}\
      {% if m.reasoning_content and loop.last %}[{{ m.reasoning_content }}]{% endif %}\
      {{ m.content }}<e>{% endfor %}{{ '<a>' if add_generation_prompt }}
      """
    let rows =
      Self.row(#""content":"a","thinking":"w""#, #""content":"b","reasoning":"v""#) + "\n"
      + Self.row(#""content":"a""#)
    let result = try encoded(rows, by: source)
    #expect(
      result.examples.map(picture) == [
        ["UqEA[w]aE", "....^^^^^"], ["UqEAaEUrEA[v]bE", "..........^^^^^"],
        ["UqEAaEUrEAbE", "....^^....^^"],
      ])
    #expect(result.dividedLines == [1])
    #expect(result.unwrittenKeys == [:])
  }

  @Test("where the conversation before changes once it is answered, the prompt counts")
  func changing() throws {
    // Reasoning of the last of the assistant's messages alone is written.
    let source = """
      {% set ns = namespace(last=-1) %}{% for m in messages %}{% if m.role == 'assistant' %}\
      {% set ns.last = loop.index0 %}{% endif %}{% endfor %}{% for m in messages %}\
      {{ '<a>' if m.role == 'assistant' else '<u>' }}\
      {% if m.reasoning_content and loop.index0 == ns.last %}[{{ m.reasoning_content }}]{% endif %}\
      {{ m.content }}<e>{% endfor %}{{ '<a>' if add_generation_prompt }}
      """
    let result = try encoded(Self.row(#""content":"a","reasoning_content":"w""#), by: source)
    #expect(result.examples.map(picture) == [["UqEA[w]aEUrEAbE", "....^^^^^....^^"]])
  }

  /// As some templates of Mistral do.
  @Test("a system's text that is written in the last turn alone is in each prompt") func lastTurn()
    throws
  {
    let source = """
      {% set s = messages[0].content %}{% for m in messages[1:] %}{% if m.role == 'user' %}\
      <u>{{ s + '/' if loop.last }}{{ m.content }}<a>{% else %}{{ m.content }}<e>{% endif %}{% endfor %}
      """
    let row = """
      {"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},\
      {"role":"assistant","content":"a"},{"role":"user","content":"r"},\
      {"role":"assistant","content":"b"}]}
      """
    #expect(
      try encoded(row, by: source).examples.map(picture) == [
        ["Us/qAaE", ".....^^"], ["UqAaEUs/rAbE", "..........^^"],
      ])
  }

  @Test("an answer that never closes what its prompt opens is told of") func unclosed() throws {
    let source = """
      {% for m in messages %}{{ '<a>[t]' if m.role == 'assistant' else '<u>' }}{{ m.content }}<e>\
      {% endfor %}{{ '<a>[t]' if add_generation_prompt }}{# [/t] #}
      """
    #expect(try encoded(Self.row(#""content":"a""#), by: source).unclosedLines == [1])
    let closed = Self.row(#""content":"w[/t]a""#, #""content":"v[/t]b""#)
    #expect(try encoded(closed, by: source).unclosedLines == [])
  }
}

@Suite("What a conversation holds and its template writes") struct WrittenPartTests {
  @Test("generation blocks say what is trained, and weights still count") func generation() throws {
    let source = """
      {% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}\
      {% if m.role == 'assistant' %}{% generation %}{{ m.content }}<e>{% endgeneration %}/\
      {% else %}{{ m.content }}<e>{% endif %}{% endfor %}
      """
    let row = """
      {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"},\
      {"role":"user","content":"r"},{"role":"assistant","content":"b"}]}
      """
    let result = try encoded(row, by: source)
    #expect(result.examples.map(picture) == [["UqEAaE/UrEAbE/", "....^^.....^^."]])
    #expect(result.endlessLines == [])
    let context = try encoded(row.replacing("\"a\"", with: "\"a\",\"weight\":0"), by: source)
    #expect(context.examples.map { picture($0)[1] } == ["...........^^."])
    let endless = source.replacing("<e>{% endgeneration %}", with: "{% endgeneration %}<e>")
    let told = try encoded(row, by: endless)
    #expect(told.examples.map(picture) == [["UqEAaE/UrEAbE/", "....^......^.."]])
    #expect(told.endlessLines == [1])
  }

  static let unwritten: [(messages: String, keys: [String: Int])] = [
    (#"{"role":"system","content":"s"},"#, ["content of system": 1]),
    (#"{"role":"user","content":"p","name":"n"},"#, ["name": 1]),
    (#"{"role":"user","content":"/no p"},"#, ["part of the content of user": 1]),
    (#"{"role":"user","content":"  p\n"},"#, [:]),
  ]

  @Test("what the template leaves out is named with a count", arguments: unwritten)
  func named(messages: String, keys: [String: Int]) throws {
    let source = """
      {% for m in messages if m.role != 'system' %}\
      {{ '<a>' if m.role == 'assistant' else '<u>' }}{{ m.content.replace('/no', '')|trim }}<e>\
      {% endfor %}{{ '<a>' if add_generation_prompt }}
      """
    let row =
      #"{"messages":[\#(messages){"role":"user","content":"q"},"#
      + #"{"role":"assistant","content":"a"}]}"#
    #expect(try encoded(row, by: source).unwrittenKeys == keys)
  }

  @Test("tools and variables of the row count as well") func fields() throws {
    let row = """
      {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],\
      "tools":[{"type":"function","function":{"name":"f"}}],"enable_thinking":false,\
      "chat_template_kwargs":{"mood":"gay"}}
      """
    #expect(
      try encoded(row, by: tags).unwrittenKeys == ["tools": 1, "enable_thinking": 1, "mood": 1])
    let asked = tags + "{% if enable_thinking or mood == 'x' and tools %}{% endif %}"
    #expect(try encoded(row, by: asked).unwrittenKeys == ["tools": 1])
  }

  /// Contents that are lists of texts, by a template that knows them and by one that does not.
  static let parts: [(source: String, text: String)] = [
    (
      "{% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}"
        + "{% for p in m.content %}{{ p.text }};{% endfor %}<e>{% endfor %}"
        + "{{ '<a>' if add_generation_prompt }}", "Uq;r;EAa;E"
    ),
    (
      "{% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}{{ m.content }}<e>"
        + "{% endfor %}{{ '<a>' if add_generation_prompt }}", "UqrEAaE"
    ),
    (
      "{% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}{{ m.content + '' }}<e>"
        + "{% endfor %}{{ '<a>' if add_generation_prompt }}", "UqrEAaE"
    ),
    (
      "{% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}"
        + "{{ m.content if m.content is string }}<e>{% endfor %}{{ '<a>' if add_generation_prompt }}",
      "UqrEAaE"
    ),
  ]

  @Test("lists of texts are read by every template", arguments: parts)
  func lists(source: String, text: String) throws {
    let row = """
      {"messages":[{"role":"user","content":[{"type":"text","text":"q"},{"type":"text","text":"r"}]},\
      {"role":"assistant","content":[{"type":"text","text":"a"}]}]}
      """
    let result = try encoded(row, by: source)
    #expect(picture(result.examples[0])[0] == text)
    #expect(result.unwrittenKeys == [:])
  }

  /// Templates that take lists of parts alone: of everybody, of all but the assistant, with the answer
  /// marked, and where a text is refused.
  static let partsOnly: [String] = [
    "{% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}"
      + "{% for p in m['content'] %}{% if p['type'] == 'text' %}{{ p['text'] }}{% endif %}{% endfor %}"
      + "<e>{% endfor %}{{ '<a>' if add_generation_prompt }}",
    "{% for m in messages %}{% if m.role == 'assistant' %}<a>{{ m.content }}{% else %}<u>"
      + "{{ m.content[0].text }}{% endif %}<e>{% endfor %}{{ '<a>' if add_generation_prompt }}",
    "{% for m in messages %}{% if m.role == 'assistant' %}<a>{% generation %}"
      + "{% for p in m.content %}{{ p.text }}{% endfor %}<e>{% endgeneration %}{% else %}<u>"
      + "{% for p in m.content %}{{ p.text }}{% endfor %}<e>{% endif %}{% endfor %}",
    "{% for m in messages %}{{ raise_exception('lists only') if m.content is string }}"
      + "{{ '<a>' if m.role == 'assistant' else '<u>' }}{{ m.content|map(attribute='text')|join }}<e>"
      + "{% endfor %}{{ '<a>' if add_generation_prompt }}",
  ]

  @Test("a template that takes lists of parts alone gets them", arguments: partsOnly)
  func partLists(source: String) throws {
    let row = """
      {"messages":[{"role":"system","content":"s"},{"role":"user","content":"q"},\
      {"role":"assistant","content":"a"}]}
      """
    let result = try encoded(row, by: source)
    #expect(result.examples.map(picture) == [["UsEUqEAaE", ".......^^"]])
    #expect(result.unwrittenKeys == [:])
  }

  @Test("a template that takes both gets texts") func both() throws {
    let source =
      "{% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}"
      + "{% if m.content is string %}{{ m.content|trim }}{% else %}{{ m.content[0].text }}!{% endif %}"
      + "<e>{% endfor %}{{ '<a>' if add_generation_prompt }}"
    let row = #"{"messages":[{"role":"user","content":" q"},{"role":"assistant","content":"a"}]}"#
    #expect(try encoded(row, by: source).examples.map { picture($0)[0] } == ["UqEAaE"])
  }

  /// What templates make of arguments that are a text.
  static let arguments: [String] = [
    "{{ c.function.arguments|tojson }}",
    "{% for k, v in c.function.arguments.items() %}{{ '{\"' ~ k ~ '\": ' ~ v ~ '}' }}{% endfor %}",
    "{{ c.function.arguments if c.function.arguments is string else 'object' }}",
  ]

  @Test("a call's arguments may be a text that is JSON", arguments: arguments)
  func textArguments(written: String) throws {
    let source =
      "{% for m in messages %}{{ '<a>' if m.role == 'assistant' else '<u>' }}{{ m.content }}"
      + "{% for c in m.tool_calls %}{{ c.function.name }}\(written){% endfor %}<e>{% endfor %}"
      + "{{ '<a>' if add_generation_prompt }}"
    let row = #"""
      {"messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,\#
      "tool_calls":[{"type":"function","function":{"name":"f","arguments":"{\"x\": 1}"}}]}]}
      """#
    let result = try encoded(row, by: source)
    #expect(result.examples.map { picture($0)[0] } == [#"UqEAf{"x": 1}E"#])
    #expect(result.unwrittenKeys == [:])
  }

  @Test("a part that is no text refuses the row, with its place") func images() {
    let row = """
      {"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}}]},\
      {"role":"assistant","content":"a"}]}
      """
    #expect(
      problems(row).map(\.reason) == [
        .wrongType(
          key: "content", found: "a part of type \"image_url\"", expected: "a text part")
      ])
  }
}
