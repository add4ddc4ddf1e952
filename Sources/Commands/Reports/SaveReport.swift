import Foundation
package import Language
package import Reporting
package import Session

/// The command `save report "lab.html"`.
package struct SaveReport: Command {
  package static let signature = Signature(
    "save report", "Write what was run and what came of it as one HTML page.",
    details: [
      "The page needs nothing else: no scripts, no other files, no network. It opens with what was "
        + "done, on what, what it changed and what it cost; then it has each cell with what it showed, losses as curves, and at the end program, machine and the hashes of "
        + "model and data. It follows the reader's light or dark, and prints.",
      "`of runs` writes the trainings that were recorded in the folder instead, chosen as in `runs`: "
        + "the list, their curves over each other, the best on dev, and each with its settings.",
    ],
    patterns: [
      "<file:output> {title <title:text>}",
      "<file:output> of runs \(RunSelection.pattern) [title <title:text>]",
    ],
    slots: RunSelection.slots.merging([
      "file": .about("a name ending in .html"),
      "title": .about("what stands on top").fallback("the file's name"),
    ]) { $1 },
    effects: ["file"], synonyms: ["report", "export"],
    result: [
      .init("path", "the file"), .init("cells", "how many cells or runs it shows"),
      .init("best", "the number of the best run on dev", when: "of runs"),
    ],
    examples: [
      "save report \"out/lab.html\"", "save report \"out/runs.html\" of runs",
      "save report \"out/runs.html\" of runs where steps > 0 order by dev.loss descending limit 5",
      "save report \"out/lab.html\" title \"Two rates\"",
    ],
    seeAlso: ["show", "save model"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let path = call.text("file") ?? ""
    let stem = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    let title = call.text("title") ?? stem
    guard !call.has("runs") else {
      let runs = try await RunSelection.runs(call, in: session)
      let page = try RunsPage(runs, title: title, in: session)
      try session.write(page.page.html, to: path)
      var value: Record = ["path": .string(path), "cells": .integer(page.runCount)]
      if let best = page.best { value["best"] = .integer(best) }
      return .record(value)
    }
    let page = session.page(title: title)
    try session.write(page.html, to: path)
    let count = page.sections.count { if case .cell = $0 { true } else { false } }
    return .record(["path": .string(path), "cells": .integer(count)])
  }
}

extension Session {
  /// What was run and what came of it, as one page.
  package func page(title: String) -> Page {
    let sections = cells()
    return Page(
      title: title, summary: ReportSummary(sections).fields(in: self), sections: sections,
      environment: environment().fields)
  }
}
