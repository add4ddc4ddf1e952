import Datasets
import Generation
package import Language
import Serialization
package import Session

/// The command `chat "Where is my parcel?"`.
package struct Chat: Command {
  package static let signature = Signature(
    "chat", "Talk with the model: each answer sees what was said before.",
    details: [
      "The talk begins anew with `fresh`, and with another model. Tools are a list of declarations, as "
        + "rows have them under `tools`; the model's calls are text, which nothing runs: `as tool` "
        + "gives it a tool's result. `variables` are what the chat template may name, "
        + "as `{enable_thinking: false}`."
    ],
    patterns: [
      "<message:text> {fresh | as <role:choice> | system <system:text> | tools <tools:list> "
        + "| variables <variables:record> | at temperature <temperature:float> | top <k:int> "
        + "| length <tokens:int> | seed <seed:int> | stop <stop:text>}"
    ],
    slots: [
      "message": .about("what is said"),
      "role": .choices("user", "tool").fallback("user"),
      "system": .about("what the system says from now on"),
      "tools": .about("what tools there are, a record each"),
      "variables": .about("what the chat template may name"),
      "temperature": .range(0...100).about("0 takes the likeliest token each time"),
      "k": .range(1...1_000_000).about("only the k likeliest tokens"),
      "tokens": .range(1...1_048_576).about("new tokens at the most"),
      "seed": .range(0...9_007_199_254_740_991), "stop": .about("a text that ends the answer"),
    ],
    needs: ["model"], synonyms: ["talk", "converse"],
    result: [
      .init("prompt", "what was said to it"), .init("text", "the answer"),
      .init("tokens", "how many it has"),
      .init("ending", "`endOfText`, `stopText`, `length` or `cancelled`"),
      .init("turns", "how many messages the talk has now"),
    ],
    examples: [
      "chat \"Hello\" length 8", "chat \"And now?\" at temperature 0 length 8",
      "chat \"Hello\" fresh system \"Be brief.\" top 40 seed 7 length 8",
      "chat \"Rain?\" tools [{function: {name: \"weather\"}}] length 8",
      "chat \"It is dry.\" as tool stop \".\" length 8",
      "chat \"Why?\" variables {enable_thinking: false} length 8",
    ], seeAlso: ["sample", "set template"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let role = call.text("role") == "tool" ? ChatRole.tool : .user
    var request = ChatRequest(
      Turn(role, call.text("message") ?? ""), Sample.sampling(call, session.settings))
    request.system = call.text("system")
    request.startsAnew = call.has("fresh")
    if case .record(let variables)? = call.value("variables") {
      for (name, value) in variables.fields { request.fields[name] = json(value) }
    }
    if let tools = call.value("tools") { request.fields["tools"] = json(tools) }
    let answer = try session.chat(request, tell: session.teller())
    return .record([
      "prompt": .string(call.text("message") ?? ""), "text": .string(answer.text),
      "tokens": .integer(answer.tokens.count),
      "ending": .string(answer.stopReason.rawValue), "turns": .integer(session.talk.count),
    ])
  }

  /// A variable of a template.
  private static func json(_ value: Value) -> JSONValue {
    switch value {
    case .bool(let flag): .bool(flag)
    case .number(let number): Int(exactly: number).map { .integer($0) } ?? .number(number)
    case .string(let text): .string(text)
    case .list(let items): .array(items.map(json))
    case .record(let record): .object(JSONObject(record.fields.map { ($0.name, json($0.value)) }))
    default: .null
    }
  }
}
