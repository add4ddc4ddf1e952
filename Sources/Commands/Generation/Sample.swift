import Checkpoints
import Datasets
import Generation
package import Language
import Models
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
    ],
    patterns: [
      "<prompt:text> {at temperature <temperature:float> | top <k:int> | length <tokens:int> "
        + "| times <times:int> | seed <seed:int> | stop <stop:text> | using <which:choice> | raw}",
      "<prompt:text> from <answers:list> {using <which:choice> | raw}",
    ],
    slots: [
      "temperature": .range(0...100).about("0 takes the likeliest token each time"),
      "k": .range(1...1_000_000).about("only the k likeliest tokens"),
      "tokens": .range(1...1_048_576).about("new tokens at the most"),
      "times": .range(1...1000).about("several answers"),
      "seed": .range(0...9_007_199_254_740_991), "stop": .about("a text that ends the answer"),
      "answers": .about("texts to choose from"),
      "which": .choices("base", "tuned").fallback("tuned"),
    ],
    needs: ["model"],
    synonyms: ["generate", "ask", "prompt", "complete", "chat", "predict", "infer", "answer"],
    result: [
      .init("text", "the answer; of several, the first"), .init("tokens", "how many it has"),
      .init("ending", "`endOfText`, `stopText`, `length` or `cancelled`"),
      .init("answers", "all of them, when several were asked for"),
      .init(
        "choices", "of a list: each answer, its probability, share and tokens, likeliest first"),
    ],
    examples: [
      "sample \"Hello\" length 8", "sample \"Once upon a time\" raw at temperature 0 length 8",
      "sample \"Hello\" times 2 top 40 seed 7 length 8", "sample \"Hello\" stop \".\" length 8",
      "sample \"Hello\" using base length 8", "sample \"Is it late?\" from [\"yes\", \"no\"]",
    ], seeAlso: ["classify", "compare", "set temperature"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let model = try session.neededModel("sample")
    if call.slot("answers") != nil { return try choose(call, model, in: session) }
    let settings = sampling(call, session.settings)
    let prompt = try prompt(call, model, session.settings)
    noteForm(call, model, session)
    let requests = (0..<(call.int("times") ?? 1)).map {
      GenerationRequest(prompt, settings, answer: $0)
    }
    let generator = model.generator(session.settings)
    var shown = AnswersInOrder { session.show(.generated($0)) }
    let write = {
      generator.generate(
        requests, isCancelled: { session.stop.isRequested }, onText: { shown.add($1, to: $0) },
        onEnd: { shown.end($0) })
    }
    let isBase = call.name("which") == "base"
    let answers = try (isBase ? session.asBase(model, write) : write())
      .filter { $0.stopReason != .cancelled || !$0.tokens.isEmpty }
    guard let first = answers.first else { throw CancellationError() }
    guard answers.allSatisfy({ $0.stopReason != .notNumbers }) else {
      throw Diagnostic.notNumbers("what comes next", from: model)
    }
    var value: Record = [
      "text": .string(first.text), "tokens": .integer(first.tokens.count),
      "ending": .string(first.stopReason.rawValue),
    ]
    if answers.count > 1 { value["answers"] = .list(answers.map { .string($0.text) }) }
    return .record(value)
  }

  /// Tells that the text is asked about as the rows were written that the model learned labels from.
  static func noteForm(_ call: Call, _ model: LoadedModel, _ session: isolated Session) {
    guard !call.has("raw"), let form = model.labelForm, form.isTemplate else { return }
    let text = call.text("prompt") ?? ""
    let line = "classify " + Value.string(text.utf8.count > 60 ? "some text" : text).source
    session.show(
      .report(
        .diagnostic(
          Diagnostic(
            .note, code: nil,
            "asked as the model was trained, \(form.sentence); `raw` gives it the text as it stands.",
            hints: [.type(line, remark: "each label, and how likely it is")]))))
  }

  private static func sampling(_ call: Call, _ settings: Settings) -> SamplingSettings {
    var sampling = settings.sampling
    if let temperature = call.number("temperature") { sampling.temperature = temperature }
    if let k = call.int("k") { sampling.topK = k }
    if let tokens = call.int("tokens") { sampling.maximumTokens = tokens }
    if let seed = call.int("seed") { sampling.seed = UInt64(seed) }
    if let stop = call.text("stop") { sampling.stop = [stop] }
    return sampling
  }

  static func prompt(
    _ call: Call, _ model: LoadedModel, _ settings: Settings
  ) throws(Diagnostic) -> [Int32] {
    let ids: [Int32]
    do throws(ProblemReason) {
      ids = try model.prompt(call.text("prompt") ?? "", settings, asText: call.has("raw"))
    } catch {
      throw Diagnostic(
        code: error.diagnostic.code, "the prompt cannot be written with the chat template.",
        at: call.label("prompt", error.detail ?? ""))
    }
    let limit = model.model.config.maximumPositions
    guard ids.count < limit else {
      throw Diagnostic(
        code: .promptTooLong,
        "the prompt is \(ids.count) tokens, and the model's context is \(limit).",
        at: call.label("prompt"))
    }
    return ids
  }
}
