import Reporting
import Session
import Training

extension MemoryShortage {
  /// The error for it, with the settings that would make the training fit.
  func diagnostic(isLimitSet: Bool) -> Diagnostic {
    let needs = memory.parts.prefix(5).map { "\($0.name) \(Wording.size($0.bytes))" }
    let rows = "(\(Wording.count(memory.largestMicrobatch, "token")) at a time)"
    let hints = remedies.map {
      Diagnostic.Hint.type($0.line, remark: "about \(Wording.size($0.bytes))")
    }
    return Diagnostic(
      code: .notEnoughMemory,
      "this run needs about \(Wording.size(memory.total)); \(Wording.size(limit)) "
        + "\(isLimitSet ? "are allowed" : "are free"). Nothing was started.",
      hints: [Diagnostic.Hint("needs", "\(needs.joined(separator: ", ")) \(rows)")] + hints
        + (canFit ? [] : [.help("no setting makes it fit: a smaller model")]))
  }
}

extension MemoryPlan {
  /// What it is made of, in bytes; the kernels' scratch memory is the last.
  var parts: [(name: String, bytes: Int)] {
    [
      ("weights", weights), ("gradients", gradients), ("optimizer", optimizer),
      ("activations", activations), ("logits", logits), ("other", other),
    ]
  }
}

extension MemoryRemedy {
  /// The line that makes the change.
  fileprivate var line: String {
    var words: [String] = []
    if let adapterRank { words.append("adapter lora, rank \(adapterRank)") }
    if let microbatchTokens { words.append("microbatch \(microbatchTokens)") }
    if recomputes { words.append("recompute on") }
    return "set " + words.joined(separator: ", ")
  }
}
