import ChatTemplates
import Serialization

extension FuzzTarget {
  /// A chat template; one that is read writes a conversation of several kinds of turns.
  static let template = FuzzTarget("template") { bytes in
    guard let template = try? ChatTemplate(source: String(decoding: bytes, as: UTF8.self)) else {
      return
    }
    _ = try? template.render(
      messages, addingGenerationPrompt: true, variables: ["bos_token": "<s>", "eos_token": "</s>"],
      fields: fields, now: ChatTemplateTime(year: 2026, month: 1, day: 2))
  }
}

private let messages = [
  ChatMessage(role: "system", content: "Be brief."),
  ChatMessage(role: "user", content: " What is 2 + 3?\n"),
  ChatMessage(
    role: "assistant", content: "",
    fields: [
      "tool_calls": [["type": "function", "function": ["name": "add", "arguments": ["a": 2]]]]
    ]),
  ChatMessage(role: "tool", content: "5"),
  ChatMessage(role: "assistant", content: "<think>\nsums\n</think>\n\nFive."),
]

private let fields: JSONObject = [
  "tools": [["type": "function", "function": ["name": "add", "description": "Adds."]]]
]
