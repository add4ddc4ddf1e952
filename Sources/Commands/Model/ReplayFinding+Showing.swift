import Reporting
import Session

extension ReplayFinding {
  /// What came of it, in a line.
  var sentence: String {
    let first =
      firstChoice.map {
        "first other choice: prompt \($0.prompt), after token \($0.place), "
          + "\(Self.quoted($0.read)) instead of \(Self.quoted($0.kept))"
      } ?? "every choice is the same"
    let tokens = otherTokens.map { "; prompt \($0) is cut into other tokens" } ?? ""
    return "read again: \(Wording.count(promptCount, "prompt")), "
      + "\(Wording.count(tokenCount, "token")): largest logit difference "
      + "\(Wording.digits(largestDifference)), KL \(Wording.digits(divergence)) nats, \(first)\(tokens)"
  }

  private static func quoted(_ text: String) -> String { "`\(Wording.oneLine(text))`" }
}

extension DiagnosticCode {
  static let replayDiffers = DiagnosticCode(
    "M133", "what was written is not the model",
    "Everything that is saved or exported is read again before it takes its place, and a few prompts "
      + "are replayed: rows of dev, or texts of ours. The message has the largest difference of two "
      + "logits, the divergence (KL) of the next token's distribution in nats, and the first token "
      + "that would be another. Beyond what the format may cost nothing is kept.")

  static let fileName = DiagnosticCode(
    "R203", "the name of a file for a folder",
    "`save model` and `save adapter` write folders. `export gguf` and `export lora-gguf` write a "
      + "file for llama.cpp and what is built on it.")
}
