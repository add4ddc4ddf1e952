import ChatTemplates
import Foundation
import Serialization
import Testing

/// Renders a template over two messages; the texts expected below are those of jinja2 3.1.6 with
/// `trim_blocks` and `lstrip_blocks`.
private func render(
  _ source: String, prompt: Bool = false, variables: [String: String] = ["eos_token": "</s>"]
) throws(ChatTemplateError) -> String {
  try ChatTemplate(source: source).render(
    [
      ["role": .string("user"), "content": .string(" Hé! ")],
      ["role": .string("assistant"), "content": .string("Yo")],
    ],
    addingGenerationPrompt: prompt, variables: variables,
    now: ChatTemplateTime(year: 2025, month: 3, day: 9, hour: 15, minute: 4)
  ).text
}

private func fault(_ source: String) -> ChatTemplateError? {
  do throws(ChatTemplateError) {
    _ = try render(source)
    return nil
  } catch { return error }
}

@Suite("Chat templates") struct ChatTemplateTests {
  static let conversation = """
    {%- for message in messages %}
        {%- if message.role not in ['user', 'assistant'] %}
            {{- raise_exception('odd role ' ~ message.role) }}
        {%- endif %}
        {{- '<' + message['role'] + '>' }}{{ message.content | trim }}
        {%- if not loop.last %}{{ '\\n' }}{% else %}{{ eos_token }}{% endif %}
    {%- endfor %}
    {%- if add_generation_prompt %}{{ '\\n<assistant>' }}{% endif %}

    """

  @Test("writes a conversation, with and without the prompt", arguments: [false, true])
  func writesConversation(prompt: Bool) throws {
    #expect(
      try render(Self.conversation, prompt: prompt)
        == "<user>Hé!\n<assistant>Yo</s>" + (prompt ? "\n<assistant>" : ""))
  }

  static let spaces: [(source: String, text: String)] = [
    ("a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  b\nc"),
    ("a\n  {{ 1 }}\n  b", "a\n  1\n  b"), ("a \n {%- if true -%} \n b {%- endif %} c", "ab c"),
    ("a {# no #}\n b", "a  b"), ("{# x\ny #}\nb", "b"), ("a\n  {#- no -#}\n b", "ab"),
    ("x\n {%+ if true %}y{% endif +%}\nz", "x\n y\nz"), ("a\r\nb\rc\n\n", "a\nb\nc\n"),
    ("{% raw %}{{ a }}{% if %}{% endraw %}!", "{{ a }}{% if %}!"), ("{{ '}}' }}", "}}"),
    ("{{ {'a': {'b': 1}}['a']['b'] }}", "1"), ("", ""), ("{", "{"),
  ]

  @Test("keeps and drops space as Jinja does", arguments: spaces)
  func handlesSpace(source: String, text: String) throws { #expect(try render(source) == text) }

  static let expressions: [(source: String, text: String)] = [
    ("1 + 2 * 3 - 4 / 2", "5.0"), ("7 // 2 ~ -7 // 2", "3-4"), ("-7 % 3", "2"),
    ("(1, 'a')", "(1, 'a')"),
    ("1 < 2 < 3 and not 1 > 2", "True"), ("'a' if false else 'b'", "b"), ("'a' if false", ""),
    ("none or 'x'", "x"), ("0 and 1", "0"), ("not none is defined", "False"),
    ("'b' in 'abc'", "True"), ("1 not in [2, 3]", "True"), ("'abc'[1] ~ 'abc'[-1]", "bc"),
    ("'abcd'[1:3] ~ 'abcd'[::-1] ~ 'abcd'[:-1]", "bcdcbaabc"), ("[1, 2, 3][::2]", "[1, 3]"),
    ("'é€'|length", "2"), ("'a' 'b'", "ab"), ("'\\x41\\u00e9\\n'|trim", "Aé"), ("1.0", "1.0"),
    ("[1, 'x', none, true, {'k': 2.5}]", "[1, 'x', None, True, {'k': 2.5}]"),
    ("{'a': 1, 'b': [true, none]}|tojson", #"{"a": 1, "b": [true, null]}"#),
    ("{'a': [1]}|tojson(indent=2)", "{\n  \"a\": [\n    1\n  ]\n}"),
    ("missing", ""), ("missing|default('d')", "d"), ("''|default('d', true)", "d"),
    ("missing is defined", "False"), ("tools is none", "True"), ("messages is iterable", "True"),
    ("'a' is string and 1 is number", "True"), ("messages[0] is mapping", "True"),
    ("3 is divisibleby(3) and 3 is odd", "True"), ("messages[0].get('x', 'y')", "y"),
    ("messages|length", "2"), ("messages[-1].role", "assistant"),
    ("messages|map(attribute='role')|join(', ')", "user, assistant"),
    ("messages|selectattr('role', 'equalto', 'user')|list|length", "1"),
    ("messages|rejectattr('role', 'equalto', 'user')|map(attribute='content')|first", "Yo"),
    ("['b', 'a', 'b']|unique|sort|join", "ab"), ("[3, 1, 2]|max", "3"), ("[1, 2]|sum", "3"),
    ("'a,b,c'.split(',')", "['a', 'b', 'c']"), ("'a,b,c'.split(',', 1)[-1]", "b,c"),
    ("' a  b '.split()", "['a', 'b']"), ("'xax'.strip('x')", "a"), ("'xx a'.lstrip('x')", " a"),
    ("'aabaabaac'.split('aabaac')", "['aab', '']"), ("'aaab'.split('aab')|join('-')", "a-"),
    ("'</think>a'.startswith('</think>')", "True"), ("'a.b'.endswith(('.c', '.b'))", "True"),
    ("'aXbX'.replace('X', '-')", "a-b-"), ("'hELLO wORLD'|capitalize", "Hello world"),
    ("'a b'|title ~ 'a'|upper", "A BA"), ("'a\\nb'|indent(2)", "a\n  b"), ("'12'|int + 1", "13"),
    ("range(3)|list", "[0, 1, 2]"), ("range(4, 0, -2)|list", "[4, 2]"), ("'-' * 3", "---"),
    ("{'b': 1, 'a': 2}|dictsort", "[('a', 2), ('b', 1)]"), ("'a' < 'b'", "True"),
    ("{'a': 1}.items()|list", "[('a', 1)]"), ("strftime_now('%d %b %Y')", "09 Mar 2025"),
    ("strftime_now('%A %-d %B %y, %H:%M %I%p')", "Sunday 9 March 25, 15:04 03PM"),
    ("1 == 1.0 and 'e\u{301}' != '\u{E9}'", "True"),
    ("9223372036854775807 // -1", "-9223372036854775807"),
  ]

  @Test("computes as Python and Jinja do", arguments: expressions)
  func computes(source: String, text: String) throws {
    #expect(try render("{{ \(source) }}") == text)
  }

  static let statements: [(source: String, text: String)] = [
    ("{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{% endfor %}{{ x }}", "1"),
    ("{% set n = namespace(x=1) %}{% for i in [5] %}{% set n.x = i %}{% endfor %}{{ n.x }}", "5"),
    ("{% set a, b = 1, 2 %}{{ a + b }}", "3"), ("{% set t %}a{{ 1 }}{% endset %}{{ t }}", "a1"),
    ("{% for i in [1, 2, 3] if i != 2 %}{{ loop.index }}:{{ i }} {% endfor %}", "1:1 2:3 "),
    ("{% for i in [] %}x{% else %}none{% endfor %}", "none"),
    ("{% for k, v in {'a': 1}.items() %}{{ k }}={{ v }}{% endfor %}", "a=1"),
    (
      "{% for i in range(9) %}{% if i == 1 %}{% continue %}{% endif %}"
        + "{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "02"
    ),
    (
      "{% for i in [1, 2] %}{{ loop.previtem }}<{{ loop.nextitem }};{{ loop.first }}{% endfor %}",
      "<2;True1<;False"
    ),
    ("{% macro m(a, b='x') %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, b=2) }}", "1x12"),
    ("{% macro f(n) %}{% if n %}{{ n }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "321"),
    ("{% if false %}a{% elif 1 %}b{% else %}c{% endif %}", "b"),
    ("{% filter upper %}a{% endfilter %}", "A"), ("{% generation %}a{% endgeneration %}", "a"),
  ]

  @Test("runs statements", arguments: statements)
  func runs(source: String, text: String) throws { #expect(try render(source) == text) }
}

@Suite("Chat template errors") struct ChatTemplateErrorTests {
  static let syntax: [(source: String, line: Int, says: String)] = [
    ("a\n{{ 1", 2, "expected `}}`, found the end"), ("{% if 1 %}\nx", 1, "expected `{% elif %}`"),
    ("{% for x %}{% endfor %}", 1, "expected `in`"), ("\n\n{{ }}", 3, "expected an expression"),
    ("{{ a b }}", 1, "expected the end of the tag, found `b`"),
    ("{{ (1 2) }}", 1, "expected `,`, found 2"),
    ("{{ 'a }}", 1, "a closing quote"), ("{{ ? }}", 1, "found `?`"), ("{# a", 1, "`#}`"),
    ("{% include 'x' %}", 1, "statement `include` is not supported"),
    ("{% import 'x' as y %}", 1, "statement `import` is not supported"),
    ("{% endif %}", 1, "statement `endif` is not supported"),
    ("{{ 99999999999999999999 }}", 1, "a number of at most 64 bits"),
  ]

  @Test("says the line and what was expected", arguments: syntax)
  func saysWhere(source: String, line: Int, says: String) throws {
    let error = try #require(fault(source))
    #expect(error.line == line)
    #expect(error.message.contains(says), "\(error.message)")
  }

  static let running: [(source: String, fault: ChatTemplateError.Fault)] = [
    ("{{ raise_exception('no ' ~ 1) }}", .raised("no 1")),
    ("{{ missing.x }}", .undefined("missing")), ("{{ missing + 1 }}", .undefined("missing")),
    ("{{ missing() }}", .unsupported(kind: "function", name: "missing")),
    ("{{ 1|nope }}", .unsupported(kind: "filter", name: "nope")),
    ("{{ 1 is nope }}", .unsupported(kind: "test", name: "nope")),
    ("{{ 'a'.encode(1) }}", .unsupported(kind: "method", name: "encode")),
    ("{% for x in none %}{% endfor %}", .wrongKind(operation: "a loop", found: "none")),
    ("{{ 1 + 'a' }}", .wrongKind(operation: "`+`", found: "a number and a text")),
    ("{{ 1 / 0 }}", .wrongKind(operation: "`/`", found: "0")),
    ("{{ messages.append(1) }}", .unsupported(kind: "function", name: "append")),
  ]

  @Test("says what cannot be done", arguments: running)
  func saysWhat(source: String, fault expected: ChatTemplateError.Fault) {
    #expect(fault("\n" + source)?.fault == expected)
    #expect(fault("\n" + source)?.line == 2)
  }

  /// What an attacker would reach for in Python's Jinja leads nowhere here.
  @Test(
    "has no way to the insides of objects",
    arguments: [
      "{{ ''.__class__.__mro__ }}", "{{ messages.__class__.__base__.__subclasses__() }}",
      "{{ self.__init__.__globals__ }}", "{{ cycler.__init__ }}", "{{ 'a'.mro() }}",
      "{{ namespace.__init__.__globals__ }}", "{{ (1).__class__.__bases__[0] }}",
    ])
  func walksNowhere(source: String) { #expect(fault(source) != nil) }

  static let hostile: [String] = [
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "{{ " + String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000)
      + " }}",
    "{{ " + String(repeating: "[", count: 10_000) + " }}",
    "{{ " + String(repeating: "not ", count: 10_000) + "1 }}",
    "{{ " + String(repeating: "-", count: 10_000) + "1 }}",
    "{{ 1" + String(repeating: " + 1", count: 10_000) + " }}",
    "{{ 1" + String(repeating: "|string", count: 10_000) + " }}",
    String(repeating: "{% if 1 %}", count: 10_000),
    "{% for i in range(1000000000) %}{% endfor %}",
    "{% for i in range(9) %}{% for j in range(99999) %}{{ [1]|list }}{% endfor %}{% endfor %}",
    "{{ 'x' * 1000000000 }}", "{{ 'xx' * 9223372036854775807 }}",
    "{% set n = namespace(s='x') %}{% for i in range(64) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "{% set n = namespace(s='x') %}{% for i in range(64) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
    "{% set n = namespace(s=[1]) %}{% for i in range(64) %}{% set n.s = [n.s, n.s] %}{% endfor %}"
      + "{{ n.s }}",
    "{% set n = namespace(s=[]) %}{% for i in range(200) %}{% set n.s = [n.s] %}{% endfor %}",
    "{% set n = namespace(s={}) %}{% for i in range(200) %}{% set n.s = {'a': n.s} %}{% endfor %}",
    "{% set n = namespace(s=[1]) %}{% for i in range(64) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "{% for i in range(9) %}{{ 'x' * 200000 }}{% endfor %}",
    "{{ 9223372036854775807 + 1 }}", "{{ (-9223372036854775807 - 1) // -1 }}",
    "{{ ('x' * 2000)|replace('x', 'x' * 2000) }}", "{{ [1][::0] }}",
  ]

  @Test("stops hostile templates", arguments: hostile)
  func stops(source: String) { #expect(fault(source) != nil) }

  /// What a few statements do to a text of a megabyte, a list and a map of many items.
  static let costly: [String] = [
    "l + l", "'y' in n", "dict(m, a=1)", "t|tojson", "t is lower", "t.split('x')", "t|wordwrap(1)",
    "'a b c'|wordwrap(1, wrapstring=t)", "t.rfind(t[:500000])", "'a'|center(100000)",
    "'%9999d' % 1", "t.startswith((t,) * 100)", "'www.a.com www.a.com'|urlize(target=t)",
    "t|replace('x', '')", "{'a': t, 'b': t}|xmlattr",
  ]

  /// Doing it a thousand times would take a second or more.
  @Test("counts what is long as more than a step", arguments: costly)
  func counts(expression: String) throws {
    let source =
      "{% set t = 'x' * 1000000 %}{% set n = range(90000) %}{% set l = n[1:] %}"
      + "{% set m = dict(n|batch(2)) %}{% for i in range(9999) %}{% set y = \(expression) %}"
    let found = try #require(fault(source + "{% endfor %}"))
    guard case .limit = found.fault else {
      Issue.record("\(found.message)")
      return
    }
  }

  static let cheap: [String] = [
    "m[7]", "t|first", "t[5:9]", "t.strip() is none", "'a'.split(t)", "t in 'a'", "n|length",
    "t == 'a'",
    "t.startswith('y')",
  ]

  @Test("does not count as much what is quick", arguments: cheap)
  func isQuick(expression: String) throws {
    let source =
      "{% set t = 'x' * 100000 %}{% set n = range(20000) %}{% set m = dict(n|batch(2)) %}"
      + "{% for i in range(99) %}{% set y = \(expression) %}"
    #expect(fault(source + "{% for x in n %}{% break %}{% endfor %}{% endfor %}") == nil)
  }

  @Test("a tuple that holds itself many times over is no key") func keys() {
    let source =
      "{% set n = namespace(a=(1,)) %}{% for i in range(40) %}{% set n.a = (n.a, n.a) %}{% endfor %}"
    #expect(
      fault(source + "{{ {n.a: 1} }}")?.fault == .wrongKind(operation: "a key", found: "a list"))
    #expect(fault(source + "{{ {(1, 2): 1}[n.a] }}{{ {(1, 2): 3}[(1, 2)] }}") == nil)
  }

  @Test func survivesBeingCutAnywhere() {
    let whole = ChatTemplateTests.conversation
    for count in 0..<whole.count { _ = fault(String(whole.prefix(count))) }
    #expect(fault(whole) == nil)
  }
}

@Suite("Chat templates beside Jinja") struct ChatTemplateGoldenTests {
  @Test("writes what the reference writes") func goldens() throws {
    let goldens = try Self.templates()
    #expect(goldens.count > 150)
    for golden in goldens {
      let text = Result { () throws(ChatTemplateError) in try render(golden.source) }
      switch text {
      case .success(let text): #expect(text == golden.text, "\(golden.source)")
      case .failure(let error): #expect(golden.text == nil, "\(golden.source): \(error.message)")
      }
    }
  }

  /// The templates of Fixtures/chat-templates.json, made by scripts/dev/fixtures/chat_templates.py,
  /// with what the reference writes; nil for those it refuses.
  private static func templates() throws -> [(source: String, text: String?)] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
    let file = try Data(contentsOf: folder.appending(path: "chat-templates.json"))
    return (try JSONValue(parsing: Array(file)).array ?? []).map {
      ($0["source"]?.string ?? "", $0["text"]?.string)
    }
  }
}
