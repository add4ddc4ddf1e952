import Datasets
package import Language
import Reporting
package import Session

/// The command `check data`.
package struct CheckData: Command {
  package static let signature = Signature(
    "check data", "Look for what spoils a training: leaks, doubles, cut answers, ends not taught.",
    details: [
      "Two texts count as equal when their words and numbers are; case, punctuation and white space "
        + "do not count. A leak is a row of dev or test whose input is also in train: the loss there "
        + "flatters the model. A carriage return inside an answer is mostly left over from a line end "
        + "of Windows, and would be learned. Lengths need a model, whose tokens they are counted in.",
      "`train` looks at its rows before the first step, and does not begin where more than 1 % of the "
        + "held-out rows are in train with their answers (`leaks`), more than 5 % of texts have another label "
        + "as well (`contradictions`), more than half of the answers are cut (`truncation`) or teach no "
        + "end (`ends`), or more than 1 % begin with a special token twice (`begins`). `clean data` mends "
        + "what can be left out; `set waive leaks` trains all the same.",
      "Two texts are nearly the same when eight tenths of their stretches of five letters are common to "
        + "both, and all numbers.",
    ],
    patterns: ["[<data:data>]"], slots: ["data": .fallback("the current data")], needs: ["data"],
    synonyms: ["validate", "lint", "inspect"],
    result: [
      .init("rows", "rows in all"), .init("duplicates", "rows that are there once too often"),
      .init("conflicts", "groups of rows with one input and several answers"),
      .init("leaks", "rows of dev and test whose input is in train"),
      .init("returns", "rows with a carriage return in the answer"),
      .init("too_long", "rows longer than the context", when: "with a model"),
      .init("near_duplicates", "rows that nearly say what an earlier row of their part says"),
      .init("near_leaks", "held-out rows whose input is nearly one of train"),
      .init("trained", "tokens that train teaches", when: "with a model"),
      .init("stops", "whether `train` would not begin", when: "with a model"),
      .init("problems", "all of these together; 0 is good"),
    ],
    examples: ["check data", "check data rows"],
    seeAlso: ["clean", "show mask", "load data", "drop duplicates", "drop leaks", "keep", "advise"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let data = try session.neededWholeData(
      call, because: "data is checked as a whole, its parts against each other.",
      instead: { "check data \($0)" })
    let findings = session.check(data)
    session.show(.report(.fields(findings.fields)))
    if let labels = findings.labels { session.show(.report(.table(labels))) }
    if let row = session.firstRow(of: data) { session.show(.report(row)) }
    session.show(.report(.text(findings.verdict)))
    return .record(findings.record)
  }
}

/// What was found, as it is shown.
extension DataFindings {
  fileprivate var record: Record {
    var record: Record = [
      "rows": .integer(summary.rowCount), "duplicates": .integer(summary.duplicates.extraCount),
      "conflicts": .integer(summary.duplicates.conflicts.count),
      "leaks": .integer(leakLines.count), "returns": .integer(returnLines.count),
    ]
    if limit != nil { record["too_long"] = .integer(longLines.count) }
    record["near_duplicates"] = .integer(nearLines.count)
    record["near_leaks"] = .integer(nearLeakLines.count)
    if let proof {
      record["trained"] = .integer(proof.census.trainedCount)
      record["stops"] = .bool(stopsTraining)
    }
    record["problems"] = .integer(problemCount)
    return record
  }

  fileprivate var fields: [Report.Field] {
    var fields: [Report.Field] = [
      .init("rows", .text(sizes))
    ]
    if let lengths = summary.lengths, let limit {
      fields.append(
        .init(
          "tokens",
          .text(
            "mean \(Quantity(lengths.mean, .decimals(0)).text), half up to \(lengths.median), "
              + "95 % up to \(lengths.percentile95), longest \(lengths.maximum); \(limit) fit")))
    }
    if let proof { fields += proof.fields }
    let doubles = summary.duplicates.groups.flatMap { $0.dropFirst() }
    let conflicts = summary.duplicates.conflicts.map { $0[0] }
    let lines = { (rows: [Int]) in rows.map { data.dataset.examples[$0].line } }
    add("there twice", lines(doubles), to: &fields)
    add("nearly twice", nearLines, to: &fields)
    add("other answers", lines(conflicts), to: &fields)
    add("leaks", leakLines, to: &fields)
    add("nearly leaks", nearLeakLines, to: &fields)
    add("carriage returns", returnLines, to: &fields)
    add("too long", longLines, to: &fields)
    for note in summary.notes { fields.append(.init("note", .text(note.message))) }
    return fields
  }

  /// A line for rows of which there are any, with the lines of the first ones.
  private func add(_ name: String, _ lines: [Int], to fields: inout [Report.Field]) {
    guard !lines.isEmpty else { return }
    fields.append(
      .init(
        name,
        .text(
          "\(Wording.count(lines.count, "row")): line\(lines.count == 1 ? "" : "s") "
            + Wording.lines(lines.sorted()))))
  }

  /// How many rows of which kind, and how they are divided.
  private var sizes: String {
    let parts = [("train", data.train), ("dev", data.dev), ("test", data.test)]
      .filter { !$0.1.isEmpty }.map { "\($0.0) \(Quantity.count($0.1.count).text)" }
    return "\(Quantity.count(summary.rowCount).text), \(summary.shape.name)"
      + (parts.count > 1 ? ": " + parts.joined(separator: ", ") : "")
  }

  fileprivate var verdict: String {
    let found =
      problemCount == 0 ? "nothing wrong found" : Wording.count(problemCount, "problem") + " found"
    guard let proof, stopsTraining else { return found }
    let names = proof.stopping.map(\.fault.rawValue).joined(separator: ", ")
    return found + "; `train` does not begin: \(names)"
  }

  /// The labels and their counts; nil for rows without.
  fileprivate var labels: Table? {
    guard !summary.labels.isEmpty else { return nil }
    var table = Table(columns: [.init("label"), .init("rows", .right), .init("share", .right)])
    for label in summary.labels.prefix(20) {
      table.append([
        .text(label.label), .quantity(.count(label.count)),
        .quantity(Quantity(Double(label.count) / Double(summary.rowCount), .percent)),
      ])
    }
    return table
  }
}
