import Checkpoints
import Datasets
import Foundation
package import Language
import Reporting
package import Session
import Training

/// The command `plot run.losses`.
package struct Plot: Command {
  package static let signature = Signature(
    "plot", "Draw numbers: in the terminal, and as SVG into a file.",
    details: [
      "A list of numbers is drawn over its places, counted from 1. `run` is the loss of the last "
        + "training with that on dev, `lr` how the learning rate moved. `lengths of` counts the rows "
        + "by their tokens, `answers of` by what is wanted, and `counts of` any list of numbers.",
      "A list of records, such as the table of a search, is drawn over parallel axes, one for each "
        + "field that all of them have; the first record stands out.",
    ],
    patterns: [
      "lr {title <title:text> | to <file:output>}",
      "lengths of <data:data> {title <title:text> | to <file:output>}",
      "answers of <data:data> {title <title:text> | to <file:output>}",
      "counts of <values:expr> {title <title:text> | to <file:output>}",
      "<values:expr> {title <title:text> | to <file:output>}",
    ],
    slots: [
      "values": .about("`run`, or a list of numbers or records"),
      "title": .about("what stands above it"),
      "file": .about("an SVG file, such as \"loss.svg\""),
    ],
    effects: ["file"],
    synonyms: ["draw", "chart", "graph", "histogram"],
    result: [
      .init("points", "how many points or bars"), .init("path", "the file", when: "with `to`"),
    ],
    examples: [
      "plot run.losses", "plot [{lr: 1e-3, loss: 1.2}, {lr: 1e-2, loss: 1.4}]",
      "plot run title \"Loss\" to \"out/loss.svg\"", "plot lr",
      "plot lengths of train", "plot answers of dev", "plot counts of [1, 2, 2, 3]",
    ],
    seeAlso: ["show"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    var picture = try picture(call, session)
    if let title = call.text("title") { picture.title = title }
    session.show(.report(picture.report))
    var result: Record = ["points": .integer(picture.pointCount)]
    if let path = call.text("file") {
      do throws(CheckpointError) {
        let folder = (path as NSString).deletingLastPathComponent
        if !folder.isEmpty { try makeFolder(folder) }
        try AtomicFile.write(Array(picture.figure.svg.utf8), to: path)
      } catch { throw Diagnostic(error) }
      session.show(.report(.text("saved \(path)")))
      result["path"] = .string(path)
    }
    return .record(result)
  }

  private static func picture(_ call: Call, _ session: isolated Session) throws -> Picture {
    if call.has("lengths") { return try lengths(call, session) }
    if call.has("answers") { return try answers(call, session) }
    if call.has("lr") { return try rates(session) }
    if call.has("counts") {
      let values = try numbers(call.value("values"))
      return .bars(
        Bars(histogramOf: values, title: "counts", label: "value", unit: "items"))
    }
    if case .handle(let handle)? = call.value("values"), handle.name == "run" {
      guard let run = session.lastRun else { throw noRun }
      return .chart(run.chart)
    }
    let name = name(of: call)
    if let parallels = parallels(call.value("values"), title: name) { return .parallels(parallels) }
    let values = try numbers(call.value("values"))
    let points = values.enumerated().map { Series.Point(x: Double($0.offset + 1), y: $0.element) }
    return .chart(Chart(name, x: "place", y: "value", [Series(name, points)]))
  }

  /// What the numbers are called, as `run.losses`; an expression has no name.
  private static func name(of call: Call) -> String {
    let text = call.slot("values").map { call.file.text(of: $0.span) } ?? ""
    let isName =
      text.first?.isLetter == true
      && text.allSatisfy { $0.isLetter || $0.isNumber || "._".contains($0) }
    return isName ? text : "values"
  }

  private static func rates(_ session: isolated Session) throws -> Picture {
    guard let run = session.lastRun else { throw noRun }
    let points = run.learningRates.enumerated().map {
      Series.Point(x: Double($0.offset + 1), y: $0.element)
    }
    return .chart(Chart("learning rate", x: "step", y: "lr", [Series("lr", points)]))
  }

  private static func lengths(_ call: Call, _ session: isolated Session) throws -> Picture {
    let model = try session.neededModel("plot lengths")
    let file = try session.neededData("plot lengths").dataset.file
    let (name, examples) = try session.neededExamples(call, slot: "data", fallback: "train")
    let rows = try session.encode(examples, of: file, for: model, tell: session.teller())
    return .bars(
      Bars(
        histogramOf: rows.map { Double($0.length) }, title: "lengths of \(name)",
        label: "tokens", unit: "rows"))
  }

  private static func answers(_ call: Call, _ session: isolated Session) throws -> Picture {
    let (name, examples) = try session.neededExamples(call, slot: "data", fallback: "train")
    var counts: [String: Int] = [:]
    for example in examples { counts[Wording.oneLine(example.target), default: 0] += 1 }
    let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var items = sorted.prefix(mostAnswers).map { Bars.Item(short($0.key), Double($0.value)) }
    let rest = sorted.dropFirst(mostAnswers)
    if !rest.isEmpty {
      items.append(
        Bars.Item("\(rest.count) others", Double(rest.reduce(0) { $0 + $1.value })))
    }
    return .bars(Bars("answers of \(name)", label: "answer", unit: "rows", items))
  }

  private static let mostAnswers = 15

  private static func short(_ text: String) -> String {
    text.count > 30 ? text.prefix(29) + "…" : text
  }

  /// Records over the fields that all of them have, when there are two such fields and two records.
  private static func parallels(_ value: Value?, title: String) -> Parallels? {
    guard case .list(let items)? = value, items.count > 1 else { return nil }
    let records = items.compactMap { if case .record(let record) = $0 { record } else { nil } }
    guard records.count == items.count, let first = records.first else { return nil }
    let axes = first.names.filter { name in records.allSatisfy { point($0[name]) != nil } }
    guard axes.count > 1 else { return nil }
    let lines = records.map { record in axes.compactMap { point(record[$0]) } }
    return Parallels(title, axes: axes, lines: lines)
  }

  private static func point(_ value: Value?) -> Parallels.Point? {
    switch value {
    case .number(let number): .number(number)
    case .string(let text): .word(Wording.oneLine(text))
    case .bool(let isSo): .word(isSo ? "true" : "false")
    default: nil
    }
  }

  private static func numbers(_ value: Value?) throws -> [Double] {
    let items: [Value]? =
      switch value {
      case .list(let items): items
      case .range(let first, let last) where last - first < 1_000_000:
        (first...max(first, last)).map(Value.integer)
      default: nil
      }
    let numbers = items?.compactMap { item -> Double? in
      if case .number(let number) = item { number } else { nil }
    }
    guard let items, let numbers, numbers.count == items.count, !numbers.isEmpty else {
      throw Diagnostic(
        code: .nothingToDraw,
        "`plot` draws a list of numbers, or of records with two fields in common, not \(value?.kindName ?? "nothing").",
        hints: [.type("plot run.losses")])
    }
    return numbers
  }

  private static var noRun: Diagnostic {
    Diagnostic(
      code: .noTrainingToDraw, "there is no training to plot yet.", hints: [.type("train 1 epoch")])
  }
}

/// What `plot` draws.
private enum Picture {
  case chart(Chart)
  case bars(Bars)
  case parallels(Parallels)

  var title: String {
    get {
      switch self {
      case .chart(let chart): chart.title
      case .bars(let bars): bars.title
      case .parallels(let parallels): parallels.title
      }
    }
    set {
      switch self {
      case .chart(var chart):
        chart.title = newValue
        self = .chart(chart)
      case .bars(var bars):
        bars.title = newValue
        self = .bars(bars)
      case .parallels(var parallels):
        parallels.title = newValue
        self = .parallels(parallels)
      }
    }
  }

  var report: Report {
    switch self {
    case .chart(let chart): .chart(chart)
    case .bars(let bars): .bars(bars)
    case .parallels(let parallels): .figure(Figure(parallels))
    }
  }

  var figure: Figure {
    switch self {
    case .chart(let chart): Figure(chart)
    case .bars(let bars): Figure(bars)
    case .parallels(let parallels): Figure(parallels)
    }
  }

  var pointCount: Int {
    switch self {
    case .chart(let chart): chart.series.reduce(0) { $0 + $1.points.count }
    case .bars(let bars): bars.items.count
    case .parallels(let parallels): parallels.lines.count
    }
  }
}

extension DiagnosticCode {
  static let nothingToDraw = DiagnosticCode(
    "L172", "nothing that can be drawn",
    "`plot` draws a list of numbers, as `plot run.losses` or `plot [3, 1, 2]`, a list of records "
      + "with two or more fields in common, as a search gives it, and a few things by name: `run`, `lr`, `lengths of train`, `answers of dev`."
  )

  static let noTrainingToDraw = DiagnosticCode(
    "L173", "no training to draw",
    "`plot run` and `plot lr` draw the last training of the session, and there was none.")
}
