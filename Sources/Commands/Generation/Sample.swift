import Generation
package import Language
import Reporting
package import Session

/// The command `sample "My parcel never arrived."`.
package struct Sample: Command {
  package static let signature = Signature(
    "sample", "Write an answer to a text, or its continuation.",
    details: [
      "A model with a chat template answers the text as a user's message; any other goes on with "
        + "it. One that was trained on labels is asked in the form of its rows, as `classify` does. "
        + "The same seed and settings give the same text, always.",
      "From a list of answers nothing is drawn: each is shown with how likely it is, and its share "
        + "among them. An answer counts with its end, but with `raw` as a beginning.",
      "`as json` has it write a JSON object, `like schema` JSON that fits a JSON schema: only tokens "
        + "that go on with such a text are drawn.",
    ],
    patterns: [
      "<prompt:text> {at temperature <temperature:float> | top <k:int> | length <tokens:int> "
        + "| times <times:int> | seed <seed:int> | stop <stop:text> | using <which:choice> | raw "
        + "| as json | like schema <schema:path>}",
      "<prompt:text> from <answers:list> {using <which:choice> | raw}",
    ],
    slots: [
      "temperature": .range(0...100).about("0 takes the likeliest token each time"),
      "k": .range(1...1_000_000).about("only the k likeliest tokens"),
      "tokens": .range(1...1_048_576).about("new tokens at the most"),
      "times": .range(1...1000).about("several answers"),
      "seed": .range(0...9_007_199_254_740_991), "stop": .about("a text that ends the answer"),
      "answers": .about("texts to choose from"),
      "schema": .about("a file with a JSON schema"),
      "which": .choices("base", "tuned").fallback("tuned"),
    ],
    needs: ["model"],
    synonyms: ["generate", "ask", "prompt", "complete", "predict", "infer", "answer"],
    result: [
      .init("prompt", "what was asked", when: "unless from a list"),
      .init("text", "the answer; of several, the first"), .init("tokens", "how many it has"),
      .init(
        "ending", "`endOfText`, `stopText`, `length`, `cancelled` or `noToken`",
        when: "unless from a list"),
      .init(
        "value", "what the JSON says; of several, the first", when: "as JSON, when it is whole"),
      .init("answers", "all of them", when: "of several"),
      .init(
        "choices", "each answer, its probability, share and tokens, likeliest first",
        when: "of a list"),
    ],
    examples: [
      "sample \"Hello\" length 8", "sample \"Once upon a time\" raw at temperature 0 length 8",
      "sample \"Hello\" times 2 top 40 seed 7 length 8", "sample \"Hello\" stop \".\" length 8",
      "sample \"Hello\" using base length 8", "sample \"Is it late?\" from [\"yes\", \"no\"]",
      "sample \"Who came?\" as json length 40", "sample \"Who came?\" like schema \"person.json\"",
    ], seeAlso: ["chat", "classify", "compare", "set temperature"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    var request = SampleRequest(call.text("prompt") ?? "", sampling(call, session.settings))
    request.isRaw = call.has("raw")
    request.count = call.int("times") ?? 1
    request.state = call.state
    request.form = call.text("schema").map { .schema(path: $0) } ?? (call.has("json") ? .json : nil)
    if call.slot("answers") != nil { return try choose(call, request, in: session) }
    let answers = try session.sample(request, tell: session.teller())
    guard let first = answers.first else { return .null }
    var value: Record = [
      "prompt": .string(request.prompt), "text": .string(first.text),
      "tokens": .integer(first.tokens.count),
      "ending": .string(first.stopReason.rawValue),
    ]
    if request.form != nil { value["value"] = jsonValue(first, in: session) }
    if answers.count > 1 { value["answers"] = .list(answers.map { .string($0.text) }) }
    return .record(value)
  }

  static func sampling(_ call: Call, _ settings: Settings) -> SamplingSettings {
    var sampling = settings.sampling
    if let temperature = call.number("temperature") { sampling.temperature = temperature }
    if let k = call.int("k") { sampling.topK = k }
    if let tokens = call.int("tokens") { sampling.maximumTokens = tokens }
    if let seed = call.int("seed") { sampling.seed = UInt64(seed) }
    if let stop = call.text("stop") { sampling.stop = [stop] }
    return sampling
  }
}
