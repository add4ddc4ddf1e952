package import Datasets
package import Evaluation
import Generation

/// A row, and the label that a model gave it.
package struct LabelledRow: Sendable {
  /// The row as it was asked about.
  package let row: Example
  /// The likeliest label.
  package let label: String
  /// Its probability among all labels.
  package let share: Double
  /// Its probability.
  package let probability: Double
  /// Whether the model would hardly write any of the labels.
  package let isUnsure: Bool

  /// Takes the likeliest label of a form.
  init(_ row: Example, _ shares: AnswerShares, of form: LabelForm) {
    self.row = row
    // A form has at least two labels.
    let place = shares.order.first ?? 0
    label = form.labels[place]
    share = shares.shares[place]
    probability = shares.probabilities[place]
    isUnsure = shares.areNegligible
  }
}

/// Rows with the labels that a model gave them.
package struct LabelledRows: Sendable {
  /// What the rows are called.
  package let name: String
  /// How the model was asked.
  package let form: LabelForm
  /// The rows that were short enough.
  package let rows: [LabelledRow]

  /// Rows whose labels the model would hardly write, all of them together.
  package var unsureCount: Int { rows.count(where: \.isUnsure) }

  /// How many rows got each label, in the form's order.
  package var counts: [(label: String, count: Int)] {
    let counts = Dictionary(rows.map { ($0.label, 1) }, uniquingKeysWith: +)
    return form.labels.map { ($0, counts[$0] ?? 0) }
  }

  /// The share of rows that have a label and got it; nil when they have none.
  package var accuracy: Estimate? {
    let known = Set(form.labels)
    guard rows.allSatisfy({ known.contains($0.row.target) }) else { return nil }
    return WilsonInterval.share(rows.count { $0.label == $0.row.target }, of: rows.count)
  }
}
