import Foundation
import Serialization

/// The calls of tools that a model wrote, in the forms that chat templates have them.
struct ToolCalls: Hashable {
  /// What is said beside the calls.
  let text: String
  /// Each call: a function's name, and its arguments as JSON.
  let calls: [Call]

  /// A call.
  struct Call: Hashable {
    let name: String
    let arguments: JSONValue
  }

  /// Finds the calls in an answer; there are none when it has no form of them that is whole.
  init(in answer: String) {
    if let found = Self.tagged(answer) ?? Self.listed(answer) ?? Self.bare(answer) {
      self = found
    } else {
      (text, calls) = (answer, [])
    }
  }

  private init(text: String, calls: [Call]) {
    (self.text, self.calls) = (text, calls)
  }

  /// `<tool_call>{…}</tool_call>`, once or more often: Qwen, Hermes, SmolLM.
  private static func tagged(_ answer: String) -> ToolCalls? {
    var (text, calls, rest) = ("", [Call](), answer[...])
    while let start = rest.range(of: "<tool_call>") {
      let inside = rest[start.upperBound...]
      let end = inside.range(of: "</tool_call>")
      guard let call = call(inside[..<(end?.lowerBound ?? inside.endIndex)]) else { return nil }
      calls.append(call)
      text += rest[..<start.lowerBound]
      rest = end.map { inside[$0.upperBound...] } ?? ""
    }
    return calls.isEmpty ? nil : ToolCalls(text: trimmed(text + rest), calls: calls)
  }

  /// `[TOOL_CALLS][{…}, {…}]`: Mistral.
  private static func listed(_ answer: String) -> ToolCalls? {
    guard let start = answer.range(of: "[TOOL_CALLS]"),
      let list = try? JSONValue(parsing: Array(answer[start.upperBound...].utf8)).array
    else { return nil }
    let calls = list.compactMap(call)
    guard calls.count == list.count, !calls.isEmpty else { return nil }
    return ToolCalls(text: trimmed(String(answer[..<start.lowerBound])), calls: calls)
  }

  /// An object alone, perhaps after `<|python_tag|>`: Llama.
  private static func bare(_ answer: String) -> ToolCalls? {
    let tag = "<|python_tag|>"
    let source = answer.hasPrefix(tag) ? answer.dropFirst(tag.count) : answer[...]
    return call(source).map { ToolCalls(text: "", calls: [$0]) }
  }

  private static func call(_ source: some StringProtocol) -> Call? {
    (try? JSONValue(parsing: Array(source.utf8))).flatMap(call)
  }

  private static func call(_ value: JSONValue) -> Call? {
    guard let name = value["name"]?.string,
      let arguments = value["arguments"] ?? value["parameters"]
    else { return nil }
    return Call(name: name, arguments: arguments)
  }

  private static func trimmed(_ text: String) -> String {
    let isSpace = { (character: Character) in character.isWhitespace }
    return String(text.drop(while: isSpace).reversed().drop(while: isSpace).reversed())
  }

  /// The calls as the API gives them: arguments are a text.
  var json: [JSONValue] {
    calls.map { call in
      [
        "id": .string(Identifier.new("call_")), "type": "function",
        "function": [
          "name": .string(call.name),
          "arguments": .string(call.arguments.string ?? call.arguments.text),
        ],
      ]
    }
  }
}
