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

private let messages: [JSONObject] = [
  ["role": "system", "content": "Be brief."],
  ["role": "user", "content": " What is 2 + 3?\n"],
  [
    "role": "assistant", "content": "",
    "tool_calls": [["type": "function", "function": ["name": "add", "arguments": ["a": 2]]]],
  ],
  ["role": "tool", "content": "5"],
  ["role": "assistant", "content": "Five.", "reasoning_content": "sums"],
]

private let fields: JSONObject = [
  "tools": [["type": "function", "function": ["name": "add", "description": "Adds."]]]
]
