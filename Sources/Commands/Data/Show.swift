import Adapters
import Checkpoints
import Datasets
package import Language
import Models
import Reporting
package import Session
import Tensors
import Training

/// The command `show data`.
package struct Show: Command {
  package static let signature = Signature(
    "show", "Look at the model, the data, the settings, the run, or any value.",
    patterns: ["", "<what:expr>"],
    slots: ["what": .about("model, data, dev, settings, run, or an expression")],
    synonyms: ["view", "describe", "info", "status", "list", "inspect", "display"],
    examples: ["show", "show model", "show data", "show dev", "show settings", "show 1 + 2"],
    seeAlso: ["help"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    switch call.value("what") {
    case nil:
      session.show(.report(overview(session)))
    case .handle(let handle):
      session.show(.report(try report(handle, session)))
    case .list(let items) where !items.isEmpty:
      session.show(
        .report(table(items).map { .table($0) } ?? .text(Value.list(items).rounded.source)))
    case let value?:
      session.show(.report(.text(value.rounded.shown)))
    }
    return .null
  }

  private static func overview(_ session: isolated Session) -> Report {
    var fields: [Report.Field] = []
    fields.append(.init("model", .text(session.model.map(line) ?? "none: load model finch")))
    for loaded in session.data {
      fields.append(
        .init(
          loaded.name,
          .text(
            "\(Wording.count(loaded.dataset.examples.count, "row")), "
              + "\(loaded.dataset.shape.name)")))
    }
    if session.data.isEmpty { fields.append(.init("data", "none: load data \"support.jsonl\"")) }
    if let run = session.lastRun {
      fields.append(
        .init("last run", .text("\(run.stepCount) steps, \(run.endingWord)")))
    }
    return .fields(fields)
  }

  private static func line(_ model: LoadedModel) -> String {
    let size = Quantity(Double(model.model.parameterCount), .magnitude).text
    return "\(model.name), \(size) parameters, \(model.isTuned ? "tuned" : "base")"
  }

  private static func report(_ handle: Handle, _ session: isolated Session) throws -> Report {
    switch handle.name {
    case "settings": return .table(SetSettings.table(session.settings))
    case "model", "base", "tuned":
      return .fields(fields(of: try session.neededModel("show")))
    case "run": return session.lastRun.map { .chart($0.chart) } ?? .text("no run yet")
    default: return data(handle.name, session)
    }
  }

  private static func heads(_ shape: AttentionShape) -> String {
    "\(shape.headCount), \(shape.keyValueHeadCount) of keys"
  }

  private static func fields(of model: LoadedModel) -> [Report.Field] {
    let config = model.model.config
    let blueprint = config.blueprint
    let attention = blueprint.layers.lazy.compactMap(\.attention).first
    var fields: [Report.Field] = [
      .init("name", .text(model.name)), .init("family", .text(config.modelType)),
      .init("parameters", .quantity(.count(model.model.parameterCount))),
      .init("memory", .quantity(Quantity(Double(blueprint.memoryByteCount(model.base)), .bytes))),
      .init("layers", .quantity(.count(blueprint.layers.count))),
      .init("width", .quantity(.count(config.hiddenSize))),
      .init("heads", .text(attention.map { heads($0.shape) } ?? "none")),
      .init("vocabulary", .quantity(.count(config.vocabularySize))),
      .init("context", .quantity(.count(config.maximumPositions))),
      .init("base", .text(Wording.base(of: model))),
      .init("chat template", .text(model.isChat ? "yes" : "no")),
    ]
    for entry in model.shelf.entries {
      let isAlone = model.shelf.entries.count == 1 && model.adapter?.isMix != true
      fields.append(
        .init(
          isAlone ? "adapter" : "adapter \(entry.name)",
          .text(
            Wording.adapter(entry.adapter)
              + (isAlone ? "" : ", " + Wording.force(of: entry.name, model.shelf)))))
    }
    if let form = model.labelForm {
      fields.append(.init("labels", .text(Wording.labels(form))))
      fields.append(.init("asked as", .text(form.sentence)))
    }
    return fields
  }

  private static func data(_ name: String, _ session: isolated Session) -> Report {
    guard let examples = session.examples(named: name) else { return .text("no such data") }
    var table = Table(
      title: "\(name): \(Wording.count(examples.count, "row"))",
      columns: [.init("line", .right), .init("given"), .init("wanted")])
    let judged = examples.first?.kind.column
    if let judged { table.columns.append(.init(judged)) }
    for example in examples.prefix(5) {
      let texts = [example.input, example.target] + (judged == nil ? [] : [example.judgement])
      table.append([.quantity(.count(example.line))] + texts.map { .text(short($0)) })
    }
    guard let form = labelForm(of: examples, session) else { return .table(table) }
    let fields: [Report.Field] = [
      .init("form", .text(form.sentence)), .init("labels", .text(Wording.labels(form))),
    ]
    return .group([.table(table), .fields(fields)])
  }

  /// How rows with labels are trained; nil for other rows.
  private static func labelForm(of examples: [Example], _ session: isolated Session) -> LabelForm? {
    let template = session.model?.labelForm?.template ?? .label
    guard let form = LabelForm(of: examples, template: template), form.isTemplate else {
      return nil
    }
    return form
  }

  /// The beginning of a text, in one line.
  private static func short(_ text: String) -> String {
    let line = Wording.oneLine(text)
    return line.count > 200 ? line.prefix(199) + "…" : line
  }

  /// Records of the same fields as a table; nil for other lists.
  private static func table(_ items: [Value]) -> Table? {
    guard case .record(let first) = items[0] else { return nil }
    var table = Table(columns: first.names.map { .init($0) })
    for item in items {
      guard case .record(let record) = item, record.names == first.names else { return nil }
      table.append(record.fields.map { .text($0.value.rounded.shown) })
    }
    return table
  }
}

extension Example.Kind {
  /// The column of what the rows say of their answers; nil where they say nothing.
  fileprivate var column: String? {
    switch self {
    case .answers: nil
    case .preferences: "rejected"
    case .verdicts: "good"
    case .matches: "negatives"
    case .similarities: "score"
    }
  }
}

extension Example {
  /// What the row says of its answer: the one that it is better than, the verdict, the texts that do
  /// not belong to its query, or how alike its texts are.
  fileprivate var judgement: String {
    switch content {
    case .preference(_, let worse): Example(worse, line: line).target
    case .verdict(_, let isGood): isGood ? "yes" : "no"
    case .match(_, _, let negatives): negatives.joined(separator: " | ")
    case .alike(_, _, let score): Quantity(score, .exact).text
    case .conversation, .completion, .text, .labelled, .marked: ""
    }
  }
}
