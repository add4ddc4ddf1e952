import Datasets
import Language
import Objectives
import Reporting
import Session

/// Errors of objectives that do not suit rows, a model or other settings.
extension Session {
  func explainedObjective(_ error: SessionError, _ call: Call) -> Diagnostic {
    switch error {
    case .unsuitedRows(let kind, let rows, let name):
      Diagnostic(
        code: .unsuitedRows,
        "the objective \(kind.rawValue) learns from \(kind.wanted), and rows of `\(name)` are "
          + "\(rows.sentence).", at: call.place(call.dataSlot),
        hints: [.type("set objective auto", remark: "what the rows are for")])
    case .readsPromptsApart(let kind, let name):
      Diagnostic(
        code: .unsuitedRows,
        kind == .classify || kind.isOfVectors
          ? "the objective \(kind.rawValue) wants a model of one half; \(name) has two halves."
          : "the objective \(kind.rawValue) compares whole answers of models that read and write with one "
            + "half; \(name) has two.",
        hints: [.type("set objective supervised", remark: "writes the better answers")])
    case .noTeacher:
      Diagnostic(
        code: .unsuitedRows, "distil learns from a teacher, and none is named.",
        hints: [.type("train 1 epoch from teacher \"path/to/folder\"")])
    case .otherVocabulary(let teacher, let model):
      Diagnostic(
        code: .unsuitedRows,
        "\(teacher) does not have the tokens of \(model): its distributions are of other words.",
        at: call.place("teacher"),
        hints: [
          .help("a teacher is a larger model of the same family, with the same tokenizer"),
          .type("set objective auto", remark: "learns from the rows alone"),
        ])
    case .tooWide(let width, let limit):
      Diagnostic(
        code: .unsuitedRows,
        "vectors of this model have \(limit) numbers, and `widths` asks for the first \(width).",
        hints: [.type("set widths [\(limit)]"), .type("set widths []", remark: "the whole vector")])
    case .untrainedLayers(let name):
      Diagnostic(
        code: .unsuitedRows,
        "\(name) has dense layers after its pooling, which are not trained: an adapter can learn beside "
          + "them, not all weights.", hints: [.type("set adapter lora")])
    case .promptsOfPreferences(let kind):
      Diagnostic(
        code: .unsuitedRows,
        "the loss is set to everything, and \(kind.rawValue) says nothing of prompts.",
        hints: [.type("set loss completion")])
    default: Diagnostic(code: .unsuitedRows, "the objective does not suit the rows.")
    }
  }
}

extension ObjectiveKind {
  /// The rows that it learns from.
  fileprivate var wanted: String {
    switch self {
    case .supervised, .distil: "answers, or the better ones of pairs"
    case .dpo, .ipo, .orpo, .simpo: "pairs of a chosen and a rejected answer"
    case .kto: "answers with a verdict, or pairs"
    case .classify: "texts with labels"
    case .retrieve: "queries with texts that belong to them, or questions and answers"
    case .similarity: "pairs of texts with a score"
    }
  }
}

extension Example.Kind {
  /// What rows of the kind are.
  fileprivate var sentence: String {
    switch self {
    case .answers: "answers alone"
    case .preferences: "pairs"
    case .verdicts: "answers with a verdict"
    case .matches: "queries with texts that belong to them"
    case .similarities: "pairs of texts with a score"
    }
  }
}

extension DiagnosticCode {
  static let unsuitedRows = DiagnosticCode(
    "T406", "an objective that does not suit",
    "`set objective dpo`, ipo, orpo and simpo want rows of a chosen and a rejected answer; kto wants an "
      + "answer and whether it is good, or such pairs; supervised wants answers. `set objective auto` "
      + "takes what the rows are for. Only the answers are judged, so `set loss` stays at completion. "
      + "retrieve wants queries with texts that belong to them, or questions with answers, and vectors "
      + "at least as wide as `set widths` says; similarity wants two texts and a score from -1 to 1."
  )
}
