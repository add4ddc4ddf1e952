import Datasets
import Generation
package import Language
import Reporting
import Serialization
package import Session

/// The command `chat "Where is my parcel?"`.
package struct Chat: Command {
  /// The options that all ways to ask for an answer have.
  static let options =
    "beside base | at temperature <temperature:float> | top <k:int> | length <tokens:int> "
    + "| seed <seed:int> | stop <stop:text>"
  static let optionSlots: [String: SlotRule] = [
    "temperature": .range(0...100).about("0 takes the likeliest token each time"),
    "k": .range(1...1_000_000).about("only the k likeliest tokens"),
    "tokens": .range(1...1_048_576).about("new tokens at the most"),
    "seed": .range(0...9_007_199_254_740_991), "stop": .about("a text that ends the answer"),
  ]
  static let resultFields: [Signature.ResultField] = [
    .init("prompt", "what was said to it"), .init("text", "the answer"),
    .init("tokens", "how many it has"),
    .init("ending", "`endOfText`, `stopText`, `length` or `cancelled`"),
    .init("turns", "how many messages the talk has now"),
    .init("base", "what the model said as it was loaded", when: "beside base"),
  ]

  package static let signature = Signature(
    "chat", "Talk with the model: each answer sees what was said before.",
    details: [
      "`chat` alone, at the prompt, makes each line that is typed a message; `/help` there lists what "
        + "else can be typed, Ctrl-D goes back.",
      "The talk begins anew with `fresh`, and with another model. `beside base` has the model as it was "
        + "loaded answer too; what that says is no part of the talk. Tools are a list of declarations, as "
        + "rows have them under `tools`; the model's calls are text, which nothing runs: `as tool` "
        + "gives it a tool's result. `variables` are what the chat template may name, "
        + "as `{enable_thinking: false}`.",
      "What was said before is not computed again, as long as the model stays what it is.",
    ],
    patterns: [
      "",
      "<message:text> {fresh | as <role:choice> | system <system:text> | tools <tools:list> "
        + "| variables <variables:record> | \(options)}",
    ],
    slots: [
      "message": .about("what is said"),
      "role": .choices("user", "tool").fallback("user"),
      "system": .about("what the system says from now on"),
      "tools": .about("what tools there are, a record each"),
      "variables": .about("what the chat template may name"),
    ].merging(optionSlots) { $1 },
    needs: ["model"], effects: ["talk"], synonyms: ["talk", "converse"],
    result: resultFields,
    examples: [
      "chat \"Hello\" length 8", "chat \"And now?\" at temperature 0 length 8",
      "chat \"Hello\" fresh system \"Be brief.\" top 40 seed 7 length 8",
      "chat \"Rain?\" tools [{function: {name: \"weather\"}}] length 8",
      "chat \"It is dry.\" as tool stop \".\" length 8",
      "chat \"Why?\" variables {enable_thinking: false} length 8", "chat",
      "chat \"Hello\" beside base length 8",
    ], seeAlso: ["chat again", "chat undo", "save chat", "sample", "set template"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    guard let text = call.text("message") else {
      throw Diagnostic(
        code: .chatOutsidePrompt,
        "`chat` alone waits for what somebody types, and nobody does here.",
        hints: [
          .type("chat \"Hello\"", remark: "one message; the next one goes on with the talk"),
          .help("at the prompt, `chat` by itself makes each line a message"),
        ])
    }
    let role = call.text("role") == "tool" ? ChatRole.tool : .user
    var request = ChatRequest(Turn(role, text), Sample.sampling(call, session.settings))
    request.system = call.text("system")
    request.startsAnew = call.has("fresh")
    if case .record(let variables)? = call.value("variables") {
      for (name, value) in variables.fields { request.fields[name] = json(value) }
    }
    if let tools = call.value("tools") { request.fields["tools"] = json(tools) }
    return try answer(request, call, in: session)
  }

  /// Has the model answer, and gives the command's value.
  static func answer(
    _ asked: ChatRequest, _ call: Call, in session: isolated Session
  ) throws -> Value {
    var request = asked
    request.isBesideBase = call.has("base")
    let given = try session.chat(request, tell: session.teller())
    let answer = given.answer
    var value: Record = [
      "prompt": .string(session.talk.last { $0.role != .assistant }?.content ?? ""),
      "text": .string(answer.text), "tokens": .integer(answer.tokens.count),
      "ending": .string(answer.stopReason.rawValue), "turns": .integer(session.talk.count),
    ]
    if let base = given.base { value["base"] = .string(base.text) }
    return .record(value)
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

extension DiagnosticCode {
  /// A chat without a message where nobody types.
  static let chatOutsidePrompt = DiagnosticCode(
    "N112", "chat outside the prompt",
    "`chat` alone makes each line that is typed a message to the model, until Ctrl-D. Scripts, pipes and "
      + "`-c` have nobody who types: there each message is a command, as `chat \"Hello\"`, and the next "
      + "one goes on with the talk.")
}
