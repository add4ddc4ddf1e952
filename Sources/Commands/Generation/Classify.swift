import Datasets
import Generation
package import Language
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
      "on <rows:data> {to <output:output> | using <which:choice>}",
      "data <file:path> {text <column:text> | to <output:output> | using <which:choice>}",
    ],
    slots: [
      "which": .choices("base", "tuned").fallback("tuned"),
      "column": .about("the column or key that has the text"),
      "output": .about("the file to write"), "file": .about("a file of rows, or of lines"),
    ],
    needs: ["model"], effects: ["file"], synonyms: ["label", "categorize"],
    result: [
      .init("label", "the likeliest label", when: "of a text"),
      .init("share", "its probability among all labels", when: "of a text"),
      .init("probability", "how likely the model is to write it", when: "of a text"),
      .init(
        "choices", "each label, its probability and share, likeliest first", when: "of a text"),
      .init("rows", "how many were labelled", when: "of rows"),
      .init("counts", "how many got each label", when: "of rows"),
      .init("labels", "the label of each", when: "of rows"),
      .init("accuracy", "the share that is right", when: "of rows that have labels"),
      .init("unsure", "those whose labels the model would hardly write", when: "of rows"),
    ],
    examples: [
      "classify \"Hello\"", "classify \"Hello\" using base", "classify on dev",
      "classify on dev to \"out/labels.csv\"", "classify data \"reviews.csv\" text \"text\"",
    ],
    seeAlso: ["eval", "sample", "load adapter"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let form = try session.labelForm(forRows: call.name("rows"), tell: session.teller())
    guard call.slot("text") != nil else { return try classifyRows(call, form, in: session) }
    let shares = try session.classify(call.text("text") ?? "", in: form, using: call.state)
    session.show(.report(.table(table(form, shares))))
    if shares.areNegligible { session.show(shares.warning) }
    return .record(record(form, shares))
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

extension Call {
  /// Which weights are asked: those of now, unless base is named.
  var state: ModelState { name("which").flatMap(ModelState.init) ?? .tuned }
}

extension AnswerShares {
  /// That shares of answers which are all unlikely say little.
  var warning: SessionEvent {
    .note(
      "all of these together have less than 0.1 % of the probability: the model would "
        + "hardly write any of them, and the shares say little.")
  }
}
