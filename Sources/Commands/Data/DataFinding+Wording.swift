import Datasets
import Language
import Reporting
import Session

/// Faults of rows that stop a training, in the words of the command that asked for it.
extension Session {
  func explainedProof(
    _ first: DataFinding, and others: [DataFinding], of name: String, _ call: Call
  ) -> Diagnostic {
    var hints = first.fault.mending(name, data: currentData?.name ?? "data")
    let waived = settings.run.waived.union(([first] + others).map(\.fault))
    hints.append(.type("set waive \(DataFault.setting(waived))", remark: "trains all the same"))
    hints += others.map { .init("also", "\($0.sentence): \($0.places)") }
    return Diagnostic(
      code: first.fault.code, "\(first.sentence), \(first.fault.harm).",
      at: call.place(call.dataSlot), hints: [.init("where", first.places)] + hints)
  }
}

extension DataFinding {
  /// What was found, as `3 of 40 held-out rows are in train too`.
  var sentence: String {
    let (count, all) = (Quantity.count(lines.count).text, Wording.count(total, "row"))
    let verb = lines.count == 1 ? "is" : "are"
    return switch fault {
    case .leaks: "\(count) of \(Quantity.count(total).text) held-out rows \(verb) in train too"
    case .contradictions: "\(count) of \(all) \(verb) there with another label as well"
    case .truncation: "\(count) of \(all) \(verb) cut before the answer ends"
    case .ends: "\(count) of \(all) \(lines.count == 1 ? "teaches" : "teach") no end of the answer"
    case .begins:
      "\(count) of \(all) \(lines.count == 1 ? "begins" : "begin") with one special token twice"
    }
  }

  /// The lines of the first rows that have it.
  var places: String { "line\(lines.count == 1 ? "" : "s") \(Wording.lines(lines))" }

  /// What is said of it where a training begins all the same.
  var note: String { "\(sentence): \(places)." }
}

extension DataFault {
  /// What it does.
  fileprivate var harm: String {
    switch self {
    case .leaks: "so that what is measured there was learned by heart"
    case .contradictions: "so that no answer can be right"
    case .truncation: "so that the model learns to break off"
    case .ends: "so that the model never stops"
    case .begins: "as the model never saw them"
    }
  }

  /// Lines to type against it.
  fileprivate func mending(_ name: String, data: String) -> [Diagnostic.Hint] {
    switch self {
    case .leaks: [.type("drop leaks \(data)", remark: "leaves them out of train")]
    case .contradictions: [.type("clean \(data)", remark: "leaves them out, and doubles")]
    case .truncation:
      [
        .type("set long drop", remark: "leaves them out"),
        .type("set context 0", remark: "rows as long as the model allows"),
      ]
    case .ends, .begins: [.type("show mask 1 on \(name)", remark: "shows what is trained")]
    }
  }

  /// Faults as `set waive` takes them.
  fileprivate static func setting(_ faults: Set<DataFault>) -> String {
    let names = allCases.filter(faults.contains).map(\.rawValue)
    return names.count == 1
      ? names[0] : "[" + names.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
  }

  /// The code of the error.
  fileprivate var code: DiagnosticCode {
    switch self {
    case .leaks: .heldOutRowsInTrain
    case .contradictions: .contradictingLabels
    case .truncation: .truncatedAnswers
    case .ends: .endsNotTaught
    case .begins: .begunTwice
    }
  }
}

extension DiagnosticCode {
  static let heldOutRowsInTrain = DiagnosticCode(
    "D271", "held-out rows are in train",
    "More than 1 % of the rows of dev and test are in train as well, with their answers, case and "
      + "punctuation aside: the loss there would say how well the model remembers. `drop leaks` leaves "
      + "them out of train; `set waive leaks` trains all the same.")

  static let contradictingLabels = DiagnosticCode(
    "D272", "texts with several labels",
    "More than 5 % of the rows have a text that another row gives another label: whatever the model "
      + "answers is wrong for one of them. `clean data` leaves them out; `set waive contradictions` "
      + "trains all the same.")

  static let truncatedAnswers = DiagnosticCode(
    "D273", "answers are cut off",
    "More than half of the rows are longer than the context and lose the end of their answer, as `set "
      + "long cut` has it: the model would learn to break off. `set long drop` leaves such rows out, "
      + "`set context 0` takes as much as the model allows; `set waive truncation` trains all the same."
  )

  static let endsNotTaught = DiagnosticCode(
    "D274", "no end is taught",
    "More than half of the rows have no token of the end among those that are trained, so that the "
      + "model would not learn to stop. A chat template that marks what the assistant says without its "
      + "end does this; `show mask 1` shows the tokens. `set waive ends` trains all the same.")

  static let begunTwice = DiagnosticCode(
    "D275", "the beginning stands twice",
    "More than 1 % of the rows begin with one special token twice, as with the chat template's beginning "
      + "and once more with what the row spells out. Take it out of the rows; `set waive begins` trains "
      + "all the same.")
}
