import Checkpoints
import Datasets
import Evaluation
import Generation
import Language
import Models
import Numerics
import Reporting
import Session
import Tokenizers

/// The form `sample "Is it late?" from ["yes", "no"]`.
extension Sample {
  /// An answer, and what the model thinks of it.
  private struct Choice {
    let text: String
    /// ln p of the whole answer.
    let logProbability: Double
    /// Its probability among the answers.
    let share: Double
    let tokenCount: Int
  }

  static func choose(
    _ call: Call, _ model: LoadedModel, in session: isolated Session
  ) throws -> Value {
    let texts = try answers(call)
    let question = try question(call, texts, model, session.settings)
    let score = { AnswerScorer(model: model.model).scores([question])[0] }
    let scores = try call.name("which") == "base" ? session.asBase(model, score) : score()
    guard scores.allSatisfy(\.logProbability.isFinite) else {
      throw Diagnostic.notNumbers("a likelihood", from: model)
    }
    let choices = ranked(texts, scores)
    session.show(.report(.table(table(choices))))
    return .record([
      "text": .string(choices[0].text), "tokens": .integer(choices[0].tokenCount),
      "choices": .list(
        choices.map {
          .record([
            "text": .string($0.text), "probability": .number(exponential($0.logProbability)),
            "share": .number($0.share), "tokens": .integer($0.tokenCount),
          ])
        }),
    ])
  }

  private static func answers(_ call: Call) throws(Diagnostic) -> [String] {
    guard case .list(let values) = call.value("answers") else { return [] }
    let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
    guard texts.count == values.count, Set(texts).count == texts.count, texts.count > 1,
      !texts.contains("")
    else {
      throw Diagnostic(
        code: "S305", "an answer is chosen from two or more different texts.",
        at: call.label("answers"), hints: [.type("sample \"Is it late?\" from [\"yes\", \"no\"]")])
    }
    return texts
  }

  /// The prompt and the answers as tokens: in a chat as a turn that ends, else as they stand.
  private static func question(
    _ call: Call, _ texts: [String], _ model: LoadedModel, _ settings: Settings
  ) throws(Diagnostic) -> Question {
    let prompt = try prompt(call, model, settings)
    var answers = texts.map { model.tokenizer.encode($0, addingSpecialTokens: false) }
    if model.isChat, !call.has("raw") {
      let turns = [Turn(.user, call.text("prompt") ?? ""), Turn(.assistant, texts[0])]
      do throws(ProblemReason) {
        answers = try model.encoder(settings)
          .answers(to: Example(.conversation(turns), line: 1), among: texts).answers
      } catch {
        throw Diagnostic(
          code: DiagnosticCode(error.code), "the answers cannot be written with the chat template.",
          at: call.label("answers", error.detail ?? ""))
      }
    }
    let limit = model.model.config.maximumPositions
    let question = Question(prompt: prompt, answers: answers)
    guard question.length <= limit else {
      throw Diagnostic(
        code: "S304",
        "prompt and answer are \(question.length) tokens, and the model's context is \(limit).",
        at: call.label("answers"))
    }
    return question
  }

  /// The choices, likeliest first, equals as they were given.
  private static func ranked(_ texts: [String], _ scores: [AnswerScore]) -> [Choice] {
    let sums = scores.map(\.logProbability)
    let largest = sums.max() ?? 0
    let total = sums.reduce(0) { $0 + exponential($1 - largest) }
    let order = sums.indices.sorted { (sums[$1], $0) < (sums[$0], $1) }
    return order.map {
      Choice(
        text: texts[$0], logProbability: sums[$0],
        share: exponential(sums[$0] - largest) / total,
        tokenCount: scores[$0].logProbabilities.count)
    }
  }

  private static func table(_ choices: [Choice]) -> Table {
    var table = Table(columns: [
      .init("answer"), .init("share", .right), .init("probability", .right),
      .init("tokens", .right),
    ])
    for choice in choices {
      table.append([
        .text(Wording.oneLine(choice.text)), .quantity(Quantity(choice.share, .percent)),
        .quantity(Quantity(exponential(choice.logProbability), .exact)),
        .quantity(.count(choice.tokenCount)),
      ])
    }
    return table
  }
}
