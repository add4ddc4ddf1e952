import Reporting
import Training

extension LossJump {
  /// What to say of it; `lines` are those of the data's file with the rows that cost most.
  func note(lines: [Int]) -> Diagnostic {
    let places = lines.map(String.init).joined(separator: ", ")
    let noun = lines.count == 1 ? "line" : "lines"
    return Diagnostic(
      .note, code: .lossJump,
      "the loss of step \(step) was \(Quantity(loss, .loss).text), and "
        + "\(Quantity(usual, .loss).text) was usual before it. Most of it came from \(noun) \(places) "
        + "of the data.",
      hints: [
        .type("rewind \(step - 1)", remark: "after Ctrl-C or the end: back to the step before it"),
        .type(
          "drop \(lines.map(String.init).joined(separator: ","))",
          remark: "for the next training"),
      ])
  }
}
