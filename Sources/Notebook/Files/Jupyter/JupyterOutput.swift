import Foundation
import Reporting
import Serialization

/// An output of a cell, between Jupyter's form and the lines of ours.
enum JupyterOutput {
  // MARK: To Jupyter

  /// A picture that stands beside a Markdown notebook.
  struct Picture {
    let title: String
    /// From the notebook's folder; nil where it never stood beside one.
    let path: String?
    let svg: String
  }

  /// What a cell showed and gave.
  static func of(_ output: CellOutput, number: Int) -> [JSONObject] {
    switch output {
    case .printed(let text): [stream(text + "\n")]
    case .generated(let text): display(["text/plain": .string(text)])
    case .report(.group(let reports)): reports.flatMap { of(.report($0), number: number) }
    case .report(let report): display(OutputBundle.of(report))
    case .problem(let problem): display(OutputBundle.of(.diagnostic(problem)))
    case .result(let command, let value): display(OutputBundle.ofResult(command, value))
    case .value(let value): [result(value, number: number)]
    }
  }

  /// The lines of a cell's output, neighbours of a kind together, and its pictures.
  static func of(
    _ lines: [OutputLine], pictures: [Picture], number: Int?
  ) -> [JSONObject] {
    var outputs: [JSONObject] = []
    var index = lines.startIndex
    while index < lines.endIndex {
      switch lines[index] {
      case .result(let command, let value):
        outputs += display(OutputBundle.ofResult(command, value))
        index += 1
      case .value(let value):
        outputs.append(result(value, number: number))
        index += 1
      case .printed, .shown:
        let start = index
        while index < lines.endIndex, lines[index].isPrinted == lines[start].isPrinted {
          index += 1
        }
        let text = lines[start..<index].compactMap { $0.words.map { $0 + "\n" } }.joined()
        outputs +=
          lines[start].isPrinted == true ? [stream(text)] : display(["text/plain": .string(text)])
      }
    }
    return outputs
      + pictures.flatMap { picture in
        display(
          ["image/svg+xml": .string(picture.svg)],
          metadata: [
            NotebookKey.name: [
              NotebookKey.path: picture.path.map { .string($0) } ?? .null,
              NotebookKey.title: .string(picture.title),
            ]
          ])
      }
  }

  private static func stream(_ text: String) -> JSONObject {
    ["name": "stdout", "output_type": "stream", "text": .string(text)]
  }

  private static func display(_ data: JSONObject, metadata: JSONObject = [:]) -> [JSONObject] {
    [["data": .object(data), "metadata": .object(metadata), "output_type": "display_data"]]
  }

  private static func result(_ value: JSONValue, number: Int?) -> JSONObject {
    [
      "data": .object(OutputBundle.ofValue(value, text: value.text)),
      "execution_count": number.map { .integer($0) } ?? .null, "metadata": [:],
      "output_type": "execute_result",
    ]
  }

  // MARK: From Jupyter

  /// The lines that a cell's outputs are in our form, and its pictures.
  static func read(
    _ outputs: [JSONObject]
  ) -> (lines: [OutputLine], pictures: [Picture]) {
    var lines: [OutputLine] = []
    var pictures: [Picture] = []
    var printed = PrintedText(generated: generatedPlaces(outputs))
    for output in outputs {
      let own = output["metadata"]?[NotebookKey.name]
      switch output["output_type"]?.string {
      case "stream":
        let text = output["text"]?.string ?? ""
        if output["name"]?.string == "stdout" {
          printed.add(text)
          continue
        }
        lines += printed.takeLines() + shown(plain(text))
      case "error":
        let rendered = output["traceback"]?.array?.compactMap(\.string).joined(separator: "\n")
        lines += printed.takeLines() + shown(plain(rendered ?? ""))
      default:
        lines += printed.takeLines()
        if own?[NotebookKey.progress]?.bool == true { continue }
        let data = output["data"]?.object ?? [:]
        lines += Self.lines(of: data)
        if let svg = data["image/svg+xml"]?.string {
          let title = own?[NotebookKey.title]?.string ?? title(of: svg)
          pictures.append(
            Picture(title: title, path: own?[NotebookKey.path]?.string, svg: svg))
        }
      }
    }
    return (lines + printed.takeLines(), pictures)
  }

  /// What was given has its value beside the text; all else was shown.
  private static func lines(of data: JSONObject) -> [OutputLine] {
    let text = data["text/plain"]?.string ?? ""
    var line: OutputLine?
    if let value = data[NotebookKey.value] { line = .value(value) }
    if let result = data[NotebookKey.result], let command = result["command"]?.string {
      line = .result(command: command, result["value"] ?? .null)
    }
    guard let line else { return shown(plain(text)) }
    // Jupyter sorts an object's fields when it saves; the text has them in their order.
    let written = data[NotebookKey.result] == nil ? OutputLine("= " + text) : OutputLine(text)
    return [written.isSame(as: line) ? written : line]
  }

  private static func shown(_ text: String) -> [OutputLine] {
    guard !text.isEmpty else { return [] }
    let lines = CellText.lines(text)
    return (lines.last == "" ? lines.dropLast() : lines[...]).map(OutputLine.shown)
  }

  /// The text without the colours of a terminal.
  private static func plain(_ text: String) -> String {
    text.replacing(/\u{1B}\[[0-9;]*m/, with: "")
  }

  private static func title(of svg: String) -> String {
    guard let found = svg.firstMatch(of: /<title>([^<]*)<\/title>/) else { return "Plot" }
    return [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
      .reduce(String(found.1)) { $0.replacing($1.0, with: $1.1) }
  }

  /// Where in the cell's `stdout` models wrote, in Unicode scalars.
  private static func generatedPlaces(_ outputs: [JSONObject]) -> [Range<Int>] {
    outputs.flatMap {
      $0["metadata"]?[NotebookKey.name]?[NotebookKey.generated]?.array ?? []
    }.compactMap { place in
      guard let ends = place.array, ends.count == 2, let start = ends[0].int,
        let end = ends[1].int, start >= 0, start <= end
      else { return nil }
      return start..<end
    }
  }
}

/// The text of a cell's `stdout`, of which some was printed and some written by models.
private struct PrintedText {
  let generated: [Range<Int>]
  private var text: [Unicode.Scalar] = []
  /// How much of the stream stands before `text`.
  private var start = 0

  init(generated: [Range<Int>]) { self.generated = generated }

  mutating func add(_ more: String) { text += more.unicodeScalars }

  /// The lines so far; a line is a model's when its first character is.
  mutating func takeLines() -> [OutputLine] {
    var lines: [OutputLine] = []
    var place = start
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var words = String.UnicodeScalarView()
      words.append(contentsOf: line)
      let isGenerated = generated.contains { $0.contains(place) }
      lines.append(isGenerated ? .shown(String(words)) : .printed(String(words)))
      place += line.count + 1
    }
    // What follows the last line end is a line of its own only when there is something.
    if text.isEmpty || text.last == "\n" { lines.removeLast() }
    start += text.count
    text = []
    return lines
  }
}

extension OutputLine {
  /// Whether the cell printed it, or a command showed it; nil for what was given.
  fileprivate var isPrinted: Bool? {
    switch self {
    case .printed: true
    case .shown: false
    case .result, .value: nil
    }
  }

  /// Whether both say the same, in whatever order.
  fileprivate func isSame(as other: OutputLine) -> Bool {
    switch (self, other) {
    case (.value(let one), .value(let two)): one.sorted == two.sorted
    case (.result(let name, let one), .result(let other, let two)):
      name == other && one.sorted == two.sorted
    default: false
    }
  }

  fileprivate var words: String? {
    switch self {
    case .printed(let text), .shown(let text): text
    case .result, .value: nil
    }
  }
}
