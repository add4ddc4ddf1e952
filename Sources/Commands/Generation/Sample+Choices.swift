import Checkpoints
import Datasets
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
    let probability: Double
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
    let shares = try AnswerShares(scores, from: model)
    let choices = shares.order.map {
      Choice(
        text: texts[$0], probability: shares.probabilities[$0], share: shares.shares[$0],
        tokenCount: scores[$0].logProbabilities.count)
    }
    noteForm(call, model, session)
    session.show(.report(.table(table(choices))))
    shares.note(in: session)
    return .record([
      "text": .string(choices[0].text), "tokens": .integer(choices[0].tokenCount),
      "choices": .list(
        choices.map {
          .record([
            "text": .string($0.text), "probability": .number($0.probability),
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
        code: .nothingToChooseFrom, "an answer is chosen from two or more different texts.",
        at: call.label("answers"), hints: [.type("sample \"Is it late?\" from [\"yes\", \"no\"]")])
    }
    return texts
  }

  /// The prompt and the answers as tokens: in a chat as a turn that ends, else as they stand.
  private static func question(
    _ call: Call, _ texts: [String], _ model: LoadedModel, _ settings: Settings
  ) throws(Diagnostic) -> Question {
    let asked: EncodedAnswers
    do throws(ProblemReason) {
      asked = try model.answers(
        to: call.text("prompt") ?? "", among: texts, settings, asText: call.has("raw"))
    } catch {
      throw Diagnostic(
        code: error.diagnostic.code, "the answers cannot be written with the chat template.",
        at: call.label("answers", error.detail ?? ""))
    }
    let limit = model.model.config.maximumPositions
    let question = Question(prompt: asked.prompt, answers: asked.answers)
    guard question.length <= limit else {
      throw Diagnostic(
        code: .promptTooLong,
        "prompt and answer are \(question.length) tokens, and the model's context is \(limit).",
        at: call.label("answers"))
    }
    return question
  }

  private static func table(_ choices: [Choice]) -> Table {
    var table = Table(columns: [
      .init("answer"), .init("share", .right), .init("probability", .right),
      .init("tokens", .right),
    ])
    for choice in choices {
      table.append([
        .text(Wording.oneLine(choice.text)), .quantity(Quantity(choice.share, .percent)),
        .text(Wording.digits(choice.probability)),
        .quantity(.count(choice.tokenCount)),
      ])
    }
    return table
  }
}
