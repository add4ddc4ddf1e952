import Checkpoints
import Foundation
package import Language
import Reporting
package import Session

/// The command `save report "lab.html"`.
package struct SaveReport: Command {
  package static let signature = Signature(
    "save report", "Write what was run and what came of it as one HTML page.",
    details: [
      "The page needs nothing else: no scripts, no other files, no network. It opens with what was "
        + "done, on what, what it changed and what it cost; then it has each cell with what it showed, losses as curves, and at the end program, machine and the hashes of "
        + "model and data. It follows the reader's light or dark, and prints."
    ],
    patterns: ["<file:path> {title <title:text>}"],
    slots: [
      "file": .about("a name ending in .html"),
      "title": .about("what stands on top").fallback("the file's name"),
    ],
    effects: ["file"], synonyms: ["report", "export"],
    result: [.init("path", "the file"), .init("cells", "how many cells it shows")],
    examples: ["save report \"out/lab.html\"", "save report \"out/lab.html\" title \"Two rates\""],
    seeAlso: ["show", "save model"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let path = call.text("file") ?? ""
    let stem = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
    let sections = session.cells()
    let page = Page(
      title: call.text("title") ?? stem, summary: ReportSummary(sections).fields(in: session),
      sections: sections,
      environment: session.environment().fields)
    do throws(CheckpointError) {
      try makeFolder(folder(of: path))
      try AtomicFile.write(Array(page.html.utf8), to: path)
    } catch { throw Diagnostic(error) }
    let count = sections.count { if case .cell = $0 { true } else { false } }
    session.show(.report(.text("saved \(path), \(Wording.count(count, "cell"))")))
    return .record(["path": .string(path), "cells": .integer(count)])
  }

  private static func folder(of path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }
}
