import Checkpoints
import Datasets
import Foundation
package import Language
import Reporting
package import Session

/// The command `load data "support.jsonl" split 90/10`.
package struct LoadData: Command {
  package static let signature = Signature(
    "load data",
    "Read rows from a file: JSON Lines, a JSON array, CSV, TSV, Parquet or plain text, told by content.",
    details: [
      "Rows are chats (`messages`), `prompt` and `completion`, `text`, `text` and `label`, and a "
        + "few other common shapes. Bundled files are found by name.",
      "`split 90/10` holds out a tenth as `dev`; which rows, their text and the seed decide, so "
        + "equal rows stay on one side. `dev \"valid.jsonl\"` takes those of a second file instead.",
      "Bad rows refuse the file, unless `skip bad` leaves them out.",
      "`text` and `answer` or `label` name the columns or keys to read where they are called "
        + "otherwise: what the model is given, and what it should write. Of translations, "
        + "`{\"translation\": {\"en\": …, \"fr\": …}}`, they are the languages.",
      "`template` makes a row of several columns or keys, whose names stand in braces: the last one is "
        + "what is to be written, everything before it the prompt; one alone makes plain text. `{{` and "
        + "`}}` are braces.",
      "A file that gzip or zstd made is widened while it is read, whatever its name. Rows of a Parquet "
        + "file are read as lines of JSON would be; labels that `datasets` keeps as numbers have their "
        + "names.",
    ],
    patterns: [
      "<file:path> {(split <parts:ratio> | dev <devFile:path>) | skip bad | as <name:newName> | "
        + "(text <given:text> [(answer <answer:text> | label <label:text>)] | template <form:text>)}"
    ],
    slots: [
      "file": .about("a file, or a bundled name such as \"support.jsonl\""),
      "devFile": .about("the file of the rows to measure on"),
      "form": .about("names of columns in braces, such as \"Q: {question} A: {answer}\""),
    ],
    effects: ["data"], synonyms: ["read", "import", "data"],
    result: [
      .init("rows", "rows in all"), .init("train", "rows to train on"),
      .init("dev", "rows held out"), .init("test", "rows held out for the end"),
    ],
    examples: [
      "load data \"support.jsonl\" split 90/10", "load data \"reviews.csv\" split 80/10/10 as r",
      "load data \"support.jsonl\" skip bad",
      "load data \"support.jsonl\" dev \"support.jsonl\"",
      "load data \"reviews.csv\" text \"text\" label \"label\"",
      "load data \"reviews.csv\" text \"text\" answer \"label\"",
      "load data \"reviews.csv\" template \"Review: {text}\\nVerdict: {label}\"",
    ], seeAlso: ["show", "train"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let asked = call.text("file") ?? ""
    let path = try find(asked, call, session.resources)
    let name = call.name("name") ?? FileName.name(of: (path as NSString).lastPathComponent)
    let dataset = try read(asked, path, call, show: session.show)
    let loaded: LoadedData
    if let devFile = call.text("devFile") {
      loaded = try load(
        (dataset, path, asked), dev: devFile, as: name, call, in: session)
    } else {
      let ratios = try SplitRatio.parts(call, slot: "parts", rowCount: dataset.examples.count)
      do throws(DatasetError) {
        loaded = try session.load(dataset, inFile: path, named: asked, as: name, ratios: ratios)
      } catch { throw Diagnostic(error) }
    }
    let notes = notes(loaded)
    session.show(.report(.text(summary(loaded))))
    for note in notes { session.show(.report(.diagnostic(Diagnostic(.note, code: nil, note)))) }
    return value(loaded)
  }

  /// Loads rows to train on with those of another file as dev.
  private static func load(
    _ train: (rows: Dataset, path: String, asked: String), dev asked: String, as name: String,
    _ call: Call, in session: isolated Session
  ) throws(Diagnostic) -> LoadedData {
    let path = try find(asked, call, session.resources, slot: "devFile")
    return session.load(
      train, dev: (try read(asked, path, call, show: session.show), path, asked), as: name)
  }

  /// Reads the rows of a file as the call says.
  private static func read(
    _ asked: String, _ path: String, _ call: Call, show: (SessionEvent) -> Void
  ) throws(Diagnostic) -> Dataset {
    var options = DatasetFile.Options()
    options.badRows = call.has("skip") ? .skip : .refuse
    options.fields = try fields(call, asked)
    var isShown = false
    defer { if isShown { show(.progressEnded(summary: nil)) } }
    do throws(DatasetError) {
      return try DatasetFile(options).load(path: path) { share in
        // A file of one block needs no line that moves.
        guard share < 1 || isShown else { return }
        isShown = true
        show(.progress(.init(label: "reading \(asked)", fraction: share)))
      }
    } catch {
      var problem = Diagnostic(error)
      if let shape = error.likelyFields { problem.hints = [.type(line(asked, shape))] }
      throw problem
    }
  }

  /// The number of rows in each part.
  static func value(_ loaded: LoadedData) -> Value {
    .record([
      "rows": .integer(loaded.dataset.examples.count), "train": .integer(loaded.train.count),
      "dev": .integer(loaded.dev.count), "test": .integer(loaded.test.count),
    ])
  }

  /// The columns or keys that the call names; nil to tell them by themselves.
  private static func fields(_ call: Call, _ asked: String) throws(Diagnostic) -> RowShape? {
    if let form = call.text("form") {
      guard let template = RowTemplate(form) else {
        throw Diagnostic(
          code: .badTemplate, "a template has the names of columns in braces, each closed.",
          at: call.label("form"),
          hints: [
            .type(
              "load data \(Value.string(asked).source) template \"Q: {question}\\nA: {answer}\"")
          ])
      }
      return .template(template)
    }
    guard let text = call.text("given") else { return nil }
    if let answer = call.text("answer") { return .pair(input: text, output: answer) }
    if let label = call.text("label") { return .labelled(text: text, label: label) }
    return .text(text)
  }

  /// The line that reads a file's columns of some names.
  private static func line(_ file: String, _ shape: RowShape) -> String {
    let words =
      switch shape {
      case .labelled: ["text", "label"]
      default: ["text", "answer"]
      }
    let parts = zip(words, shape.fields).map { "\($0) \(Value.string($1).source)" }
    return "load data \(Value.string(file).source) " + parts.joined(separator: " ")
  }

  static func find(
    _ asked: String, _ call: Call, _ resources: Resources, slot: String = "file"
  ) throws(Diagnostic) -> String {
    if !asked.contains("\0"), fileExists(asked) { return asked }
    if !asked.isEmpty, !asked.contains("/"), let bundled = resources.data(named: asked) {
      return bundled
    }
    let bundled = resources.dataNames
    let near = Suggestion.nearest(to: asked, among: filesHere + bundled)
    let here = filesHere
    let label = "bundled: " + bundled.joined(separator: ", ")
    let ending = (asked as NSString).pathExtension
    let likely = here.first { ($0 as NSString).pathExtension == ending } ?? here.first
    throw Diagnostic(
      code: .unreadableData, "there is no file \"\(asked)\".",
      at: call.label(slot, here.isEmpty ? label : "here: " + here.joined(separator: ", ")),
      hints: (near ?? likely).map { [.type("load data \"\($0)\" split 90/10")] } ?? [])
  }

  /// The first few files in the working folder that look like data.
  private static var filesHere: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: ".")) ?? []
    let isData = { (name: String) in
      [".jsonl", ".json", ".csv", ".tsv", ".txt"].contains { ending in
        [ending, ending + ".gz"].contains { name.lowercased().hasSuffix($0) }
      }
    }
    return Array(names.filter(isData).sorted().prefix(5))
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
    let twice = Duplicates.extraCount(of: loaded.dataset.examples)
    if twice > 0 { notes.append("\(Wording.count(twice, "row")) too many: there more than once.") }
    return notes
  }
}

extension DiagnosticCode {
  static let badTemplate = DiagnosticCode(
    "D226", "a template that cannot be read",
    "`load data … template \"Q: {question}\\nA: {answer}\"` makes a row of columns or keys, whose names "
      + "stand in braces. Each brace is closed, no name is empty, and there is at least one; `{{` and `}}` "
      + "are braces of the text. The last name is what is to be written, everything before it the prompt."
  )
}
