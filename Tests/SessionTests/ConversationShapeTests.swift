import ChatTemplates
import Datasets
import Testing

@testable import Session

/// What a chat template puts around turns, and the template of Go that does the same.
@Suite("Chat templates as templates of Go") struct ConversationShapeTests {
  private func template(_ source: String) throws -> ConversationTemplate {
    ConversationTemplate(
      try ChatTemplate(source: source), variables: ["bos_token": "<s>", "eos_token": "</s>"])
  }

  private static let chatML =
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n' }}"
    + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"

  @Test("turns with a beginning and an end") func plain() throws {
    let shape = try #require(ConversationShape(of: template(Self.chatML)))
    #expect(
      shape.goTemplate == #"""
        {{- range $i, $_ := .Messages }}
        {{- $last := eq (len (slice $.Messages $i)) 1 }}
        {{- if eq .Role "system" }}{{ "<|im_start|>system\n" }}{{ .Content }}
        {{- else if eq .Role "user" }}{{ if eq $i 0 }}{{ end }}{{ if and (eq $i 1) $.System }}{{ "<|im_end|>\n<|im_start|>user\n" }}{{ else }}{{ "<|im_start|>user\n" }}{{ end }}{{ .Content }}{{ "<|im_end|>\n" }}{{ if $last }}{{ "<|im_start|>assistant\n" }}{{ end }}
        {{- else if eq .Role "assistant" }}{{ "<|im_start|>assistant\n" }}{{ .Content }}{{ if not $last }}{{ "<|im_end|>\n" }}{{ end }}
        {{- end }}
        {{- end }}
        """#)
  }

  /// A system's text of the template's own, one that goes into the user's first turn, none at all, a
  /// token before everything: what is written is what the template writes.
  private static let templates = [
    chatML,
    "{{ bos_token }}" + chatML,
    "{% if messages[0].role != 'system' %}<sys>Be good.</sys>{% endif %}" + chatML,
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set s = messages[0]['content'] + '\n\n' %}"
      + "{% set rest = messages[1:] %}{% else %}{% set s = '' %}{% set rest = messages %}{% endif %}"
      + "{% for m in rest %}<turn>{{ m.role }}\n{% if loop.first %}{{ s }}{% endif %}{{ m.content }}</turn>\n"
      + "{% endfor %}{% if add_generation_prompt %}<turn>model\n{% endif %}",
    "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
      + "[{{ m.role }}] {{ m.content }}{% if m.role == 'assistant' %}{{ eos_token }}{% endif %} "
      + "{% endfor %}{% if add_generation_prompt %}[assistant] {% endif %}",
  ]

  @Test("writes what the template writes", arguments: templates)
  func same(source: String) throws {
    let renderer = try template(source)
    let shape = try #require(ConversationShape(of: renderer))
    var turns = [Turn(.user, "One"), Turn(.assistant, "two,"), Turn(.user, "three\nfour")]
    #expect(try shape.written(turns) == renderer.text(of: turns, addingGenerationPrompt: true))
    guard shape.takesSystem else { return }
    turns.insert(Turn(.system, "Five."), at: 0)
    #expect(try shape.written(turns) == renderer.text(of: turns, addingGenerationPrompt: true))
  }

  @Test(
    "a template that does more has no shape",
    arguments: [
      "{% for m in messages %}<{{ m.role }}>{{ m.content | upper }}{% endfor %}<assistant>",
      "{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ loop.index }}{% endfor %}<assistant>",
      "{{ messages | length }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}<a>",
      "{% for m in messages %}{% if not (m.role == 'assistant' and not loop.last) %}"
        + "<{{ m.role }}>{{ m.content }}{% endif %}{% endfor %}<assistant>",
      "nothing",
    ])
  func more(source: String) throws {
    #expect(try ConversationShape(of: template(source)) == nil)
  }

  @Test("the token that every text begins with is left to the program") func beginToken() throws {
    let shape = try #require(ConversationShape(of: template("{{ bos_token }}" + Self.chatML)))
    let plain = try #require(ConversationShape(of: template(Self.chatML)))
    #expect(shape.without(beginToken: "<s>").goTemplate == plain.goTemplate)
    #expect(plain.without(beginToken: "<s>") == plain)
  }
}
