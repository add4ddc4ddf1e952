import Datasets
import Language
import Reporting
import Session

/// Why a text cannot be put to the model: it cannot be written as the model reads texts, or is too long.
extension Session {
  /// What was asked cannot be written in the form that the model reads.
  func unwritable(
    _ part: AskedPart, _ reason: ProblemReason, _ call: Call
  ) -> Diagnostic {
    let detail = reason.detail ?? ""
    let (sentence, label): (String, Diagnostic.Label?) =
      switch part {
      case .prompt:
        (
          "the prompt cannot be written with the chat template.", call.label("prompt", detail)
        )
      case .message:
        (
          "the talk cannot be written with the chat template.", call.place("message", detail)
        )
      case .answers:
        (
          "the answers cannot be written with the chat template.", call.label("answers", detail)
        )
      case .text:
        ("the text cannot be written in the form of the labels.", call.place("text", detail))
      case .row(let line):
        (
          "the row at line \(line) cannot be asked about: it has no prompt, or the chat "
            + "template cannot write it.", call.place(call.dataSlot, detail)
        )
      }
    return Diagnostic(
      code: reason.diagnostic.code, sentence, at: label,
      hints: part == .text ? reason.diagnostic.hints : [])
  }

  /// What was asked does not fit into the model's context.
  func tooLong(
    _ part: AskedPart, _ count: Int, _ limit: Int, _ call: Call
  ) -> Diagnostic {
    switch part {
    case .prompt:
      Diagnostic(
        code: .promptTooLong, "the prompt is \(count) tokens, and the model's context is \(limit).",
        at: call.label("prompt"))
    case .message:
      Diagnostic(
        code: .promptTooLong,
        "the talk with this message is \(count) tokens, and the model's context is \(limit); nothing of "
          + "it is dropped unasked.",
        at: call.place("message"),
        hints: [
          .type("chat \(call.value("message")?.source ?? "\"Hello\"") fresh", remark: "a new talk"),
          .type("chat undo", remark: "takes the message before back, with its answer"),
        ])
    case .answers:
      Diagnostic(
        code: .promptTooLong,
        "prompt and answer are \(count) tokens, and the model's context is \(limit).",
        at: call.label("answers"))
    case .text, .row:
      Diagnostic(
        code: .promptTooLong,
        "the text with its label is longer than the model's context, \(limit) tokens.",
        at: call.label("text"))
    }
  }

  /// Every row is too long, or is with the rows that are shown before it.
  func allTooLong(shots: Int?) -> Diagnostic {
    guard let shots else {
      return Diagnostic(code: .rowTooLong, "every row is longer than the model's context.")
    }
    return Diagnostic(
      code: .rowTooLong,
      "every row, after \(Wording.count(shots, "row")) that it is shown, is longer than the model's "
        + "context.",
      hints: [.type(shots > 1 ? "baseline dev shots \(shots - 1)" : "baseline dev")])
  }
}
