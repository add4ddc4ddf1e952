import Checkpoints
import Datasets
import Generation
package import Language
import Models
import Reporting
package import Session

/// The command `classify "The plot is thin."`.
package struct Classify: Command {
  package static let signature = Signature(
    "classify", "Tell the label of a text, or of every row of data or a file.",
    details: [
      "The text is written as the rows were that the model was trained on, and each label is shown "
        + "with how likely the model holds it, and its share among all labels: what `eval dev by "
        + "label` measures. Form and labels are kept by `save adapter` and `save model`. A model that "
        + "was trained on no labels is asked for those of the current data.",
      "`on dev` labels rows that are loaded, `data \"new.csv\"` those of a file, in which `text` names "
        + "the column to read; of plain text each line is one. `to` writes a file with the row, its "
        + "text, label, share and probability: JSON Lines when its name ends so, else CSV.",
    ],
    patterns: [
      "<text:text> {using <which:choice>}",
      "on <rows:data> {to <output:path> | using <which:choice>}",
      "data <file:path> {text <column:text> | to <output:path> | using <which:choice>}",
    ],
    slots: [
      "which": .choices("base", "tuned").fallback("tuned"),
      "column": .about("the column or key that has the text"),
      "output": .about("the file to write"), "file": .about("a file of rows, or of lines"),
    ],
    needs: ["model"], effects: ["file"], synonyms: ["label", "categorize"],
    result: [
      .init("label", "the likeliest label of a text"),
      .init("share", "its probability among all labels"),
      .init("probability", "how likely the model is to write it"),
      .init("choices", "each label, its probability and share, likeliest first"),
      .init("rows", "of rows: how many were labelled"),
      .init("counts", "of rows: how many got each label"),
      .init("labels", "of rows: the label of each"),
      .init("accuracy", "of rows that have labels: the share that is right"),
      .init("unsure", "of rows: those whose labels the model would hardly write"),
    ],
    examples: [
      "classify \"Hello\"", "classify \"Hello\" using base", "classify on dev",
      "classify on dev to \"out/labels.csv\"", "classify data \"reviews.csv\" text \"text\"",
    ],
    seeAlso: ["eval", "sample", "load adapter"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let model = try session.neededModel("classify")
    let form = try form(call, model, session)
    if call.slot("text") == nil { return try classifyRows(call, model, form, in: session) }
    let text = call.text("text") ?? ""
    guard !text.isEmpty else {
      throw Diagnostic(
        code: .nothingToChooseFrom, "there is no text to label.", at: call.label("text"),
        hints: [.type("classify \"some text\"")])
    }
    guard let question = try question(form.example(text), form, model, session.settings, call)
    else {
      throw Diagnostic(
        code: .promptTooLong,
        "the text with its label is longer than the model's context, "
          + "\(model.model.config.maximumPositions) tokens.",
        at: call.label("text"))
    }
    let score = { AnswerScorer(model: model.model).scores([question])[0] }
    let shares = try AnswerShares(
      call.name("which") == "base" ? session.asBase(model, score) : score(), from: model)
    session.show(.report(.table(table(form, shares))))
    shares.note(in: session)
    return .record(record(form, shares))
  }

  /// What is asked for: the labels that the model was trained on, else those of the current data.
  private static func form(
    _ call: Call, _ model: LoadedModel, _ session: isolated Session
  ) throws(Diagnostic) -> LabelForm {
    if let form = model.labelForm { return form }
    let current = session.currentData.flatMap { LabelForm(of: $0.dataset.examples) }
    let named = call.name("rows").flatMap { session.dataAndPart(named: $0) }
      .flatMap { LabelForm(of: $0.data.dataset.examples) }
    guard let form = named ?? current else {
      throw Diagnostic(
        code: .noLabels,
        "`classify` needs labels: the model was trained on none, and no data with labels is loaded.",
        hints: [
          .type("load data \"reviews.csv\" split 80/20", remark: "then: train 3 epochs"),
          .type("load adapter \"out/adapter\"", remark: "one that was trained on labels"),
        ])
    }
    session.show(
      .report(
        .diagnostic(
          Diagnostic(
            .note, code: nil,
            "the model was trained on no labels; these are those of the data, \(form.sentence)."))))
    return form
  }

  /// A row and all labels as tokens; nil when that is longer than the model's context.
  static func question(
    _ row: Example, _ form: LabelForm, _ model: LoadedModel, _ settings: Settings, _ call: Call
  ) throws(Diagnostic) -> Question? {
    let encoder = model.encoder(settings)
    do throws(ProblemReason) {
      let asked = try encoder.answers(to: row, among: form.labels)
      guard !asked.prompt.isEmpty else { throw .trainsNothing }
      let question = Question(prompt: asked.prompt, answers: asked.answers)
      return question.length <= encoder.options.maximumLength ? question : nil
    } catch {
      throw Diagnostic(
        code: error.diagnostic.code, "the text cannot be written in the form of the labels.",
        at: call.slot("text") == nil ? nil : call.label("text", error.detail ?? ""),
        hints: error.diagnostic.hints)
    }
  }

  private static func table(_ form: LabelForm, _ shares: AnswerShares) -> Table {
    var table = Table(columns: [
      .init("label"), .init("share", .right), .init("probability", .right),
    ])
    for place in shares.order.prefix(20) {
      table.append([
        .text(Wording.oneLine(form.labels[place])),
        .quantity(Quantity(shares.shares[place], .percent)),
        .text(Wording.digits(shares.probabilities[place])),
      ])
    }
    return table
  }

  private static func record(_ form: LabelForm, _ shares: AnswerShares) -> Record {
    let order = shares.order
    let first = order.first ?? 0
    return [
      "label": .string(form.labels[first]), "share": .number(shares.shares[first]),
      "probability": .number(shares.probabilities[first]),
      "choices": .list(
        order.map {
          .record([
            "label": .string(form.labels[$0]), "probability": .number(shares.probabilities[$0]),
            "share": .number(shares.shares[$0]),
          ])
        }),
    ]
  }
}
