import Checkpoints
import Datasets
import Foundation
package import Language
import Reporting
package import Session

/// The command `load data "support.jsonl" split 90/10`.
package struct LoadData: Command {
  package static let signature = Signature(
    "load data", "Read rows from a file: JSON Lines, CSV, TSV or plain text, told by content.",
    details: [
      "Rows are chats (`messages`), `prompt` and `completion`, `text`, `text` and `label`, and a "
        + "few other common shapes. Bundled files are found by name.",
      "`split 90/10` holds out a tenth as `dev`; which rows, their text and the seed decide, so "
        + "equal rows stay on one side. Bad rows refuse the file, unless `skip bad` leaves them out.",
    ],
    patterns: ["<file:path> {split <parts:ratio> | skip bad | as <name:newName>}"],
    slots: ["file": .about("a file, or a bundled name such as \"support.jsonl\"")],
    effects: ["data"], synonyms: ["read", "import", "data"],
    result: [
      .init("rows", "rows in all"), .init("train", "rows to train on"),
      .init("dev", "rows held out"), .init("test", "rows held out for the end"),
    ],
    examples: [
      "load data \"support.jsonl\" split 90/10", "load data \"reviews.csv\" split 80/10/10 as r",
      "load data \"support.jsonl\" skip bad",
    ], seeAlso: ["show", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let asked = call.text("file") ?? ""
    let path = try find(asked, call, session.resources)
    let file = (path as NSString).lastPathComponent
    let name = call.name("name") ?? FileName.name(of: file)
    var options = DatasetFile.Options()
    options.badRows = call.has("skip") ? .skip : .refuse
    let dataset: Dataset
    do throws(DatasetError) { dataset = try DatasetFile(options).load(path: path) } catch {
      throw Diagnostic(error)
    }
    let ratios = try SplitRatio.parts(call, slot: "parts", rowCount: dataset.examples.count)
    let loaded: LoadedData
    do throws(DatasetError) {
      loaded = try LoadedData(
        name: name, dataset: dataset, ratios: ratios,
        seed: UInt64(session.settings.number("seed")))
    } catch { throw Diagnostic(error) }
    session.add(loaded)
    session.note(InputFile(kind: "data", name: asked, path: path))
    let notes = notes(loaded)
    session.show(.report(.text(summary(loaded))))
    for note in notes { session.show(.report(.diagnostic(Diagnostic(.note, code: nil, note)))) }
    return value(loaded)
  }

  /// The number of rows in each part.
  static func value(_ loaded: LoadedData) -> Value {
    .record([
      "rows": .integer(loaded.dataset.examples.count), "train": .integer(loaded.train.count),
      "dev": .integer(loaded.dev.count), "test": .integer(loaded.test.count),
    ])
  }

  private static func find(
    _ asked: String, _ call: Call, _ resources: Resources
  ) throws(Diagnostic) -> String {
    if !asked.contains("\0"), fileExists(asked) { return asked }
    if !asked.isEmpty, !asked.contains("/"), let bundled = resources.data(named: asked) {
      return bundled
    }
    let bundled = resources.dataNames
    let near = Suggestion.nearest(to: asked, among: bundled)
    throw Diagnostic(
      code: "D101", "there is no file \"\(asked)\".",
      at: call.label("file", "bundled: " + bundled.joined(separator: ", ")),
      hints: near.map { [.type("load data \"\($0)\" split 90/10")] } ?? [])
  }

  /// One line: how many rows of which kind, and how they are divided.
  static func summary(_ loaded: LoadedData) -> String {
    var parts = "\(loaded.name): \(Wording.count(loaded.dataset.examples.count, "row")), "
    parts += loaded.dataset.shape.name
    let sizes = [("train", loaded.train), ("dev", loaded.dev), ("test", loaded.test)]
      .filter { !$0.1.isEmpty }.map { "\($0.0) \(Quantity.count($0.1.count).text)" }
    return parts + " · " + sizes.joined(separator: ", ")
  }

  /// What is worth knowing: of the reading, and of rows that are there twice.
  private static func notes(_ loaded: LoadedData) -> [String] {
    var notes = loaded.dataset.notes.map { Diagnostic.sentence($0.message) }
    let twice = Duplicates(loaded.dataset.examples).extraCount
    if twice > 0 { notes.append("\(Wording.count(twice, "row")) too many: there more than once.") }
    return notes
  }
}
