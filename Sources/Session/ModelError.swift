import Adapters
package import ChatTemplates
package import Checkpoints
package import Reporting
package import Tokenizers

/// Why the parts of a model folder do not go together.
package enum ModelError: Error, Sendable {
  case checkpoint(CheckpointError)
  case tokenizer(TokenizerError)
  case template(ChatTemplateError)
  case tooLarge(needed: Int, available: Int)
  /// Tokens cannot be added to a model whose adapter was trained without them.
  case tokensBesideAdapter([String])
  /// The model is to choose other labels, and has an adapter that was trained without them.
  case headBesideAdapter
  /// The weights as loaded are needed again and cannot be read.
  case baseIsGone(CheckpointError)
}

extension ModelError: Explained {
  package var diagnostic: Diagnostic {
    switch self {
    case .checkpoint(let error): error.diagnostic
    case .tokenizer(let error):
      Diagnostic(code: .partsDoNotFit, "tokenizer.json: \(error.message)")
    case .template(let error):
      Diagnostic(code: .partsDoNotFit, "the chat template: \(error.message)")
    case .tooLarge(let needed, let available):
      Diagnostic(
        code: .notEnoughMemory,
        "the model needs \(needed >> 20) MiB of memory, and \(available >> 20) MiB are free",
        hints: [.help("nothing was loaded; take a smaller model")])
    case .tokensBesideAdapter(let tokens):
      Diagnostic(
        code: .adapterIsAttached,
        "\(Self.list(tokens)) cannot become tokens of a model with an adapter, which was trained "
          + "without them",
        hints: [
          .type("reset", remark: "takes the adapter off; then set the template"),
          .type("set new_tokens off", remark: "the template's tokens are spelled out"),
        ])
    case .headBesideAdapter:
      Diagnostic(
        code: .adapterIsAttached,
        "a model with an adapter gets no head for other labels, which the adapter was trained without",
        hints: [.type("reset", remark: "takes the adapter off; then train")])
    case .baseIsGone(let error):
      Diagnostic(
        code: .baseIsGone,
        "the model as it was loaded cannot be read again: \(error.message)",
        hints: [.help("load the model again; `save model` keeps what was trained")])
    }
  }
}

extension ModelError {
  private static func list(_ tokens: [String]) -> String {
    tokens.prefix(4).map { "`\(shown($0))`" }.joined(separator: ", ")
  }
}

extension DiagnosticCode {
  /// Every code of what a session holds.
  package static let ofSession: [DiagnosticCode] = [
    .partsDoNotFit, .baseIsGone, .notEnoughMemory, .noDevice,
  ]

  /// A tokenizer, a chat template and weights that do not go together.
  package static let partsDoNotFit = DiagnosticCode(
    "M120", "the parts do not fit",
    "Tokenizer, chat template and weights belong to one model; one of them cannot be read, or is "
      + "of another.")

  static let baseIsGone = DiagnosticCode(
    "M140", "the base cannot be read again",
    "Training changed all weights, and those as loaded are read from their file when they are "
      + "needed. The file was written to since, or cannot be read. `load model` starts anew.")

  /// More memory asked for than there is.
  package static let notEnoughMemory = DiagnosticCode(
    "R401", "not enough memory",
    "What was asked for needs more memory than there is, or than `set memory` allows. Nothing was "
      + "started. `plan` shows what takes how much. `set microbatch` and `set recompute on` cost "
      + "time and change no result; an adapter, or a smaller model or context, needs less.")
}
