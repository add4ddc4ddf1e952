package import Evaluation
import Scoring

/// What measures say of a model on rows, of all together and group by group.
package struct TextEvaluation: Sendable {
  /// What the rows are called.
  package let name: String
  /// Which weights were measured.
  package let state: ModelState
  /// The scores of all rows, in the order in which they were asked for.
  package let scores: [TextScore]
  /// The groups, where rows were divided.
  package let groups: [Group]

  /// Rows that have something in common.
  package struct Group: Sendable {
    /// What they have in common.
    package let name: String
    /// How many there are.
    package let rowCount: Int
    /// The scores of these alone; one of answers is left out where none of them was answered.
    package let scores: [TextScore]
  }
}

/// By what rows are divided into groups.
package enum RowGrouping: Hashable, Sendable {
  /// A key or column of the file.
  case attribute(String)
  /// The number of tokens, in quarters of the rows.
  case length
}

/// What is known of a row before measures are made of it.
struct MeasuredRow {
  /// Its losses; nil where no measure needs any.
  var loss: TextLoss?
  /// What the model answered; nil where nobody asked.
  var answer: WrittenAnswer?
  /// Its group's place; nil where rows are not divided, or this one has no attribute.
  var group: Int?
}

extension [MeasuredRow] {
  /// The measures of these rows.
  func scores(_ metrics: [TextMetric]) -> [TextScore] {
    let (losses, answers) = (compactMap(\.loss), compactMap(\.answer))
    return metrics.compactMap { metric in
      if metric.needsAnswers {
        return answers.isEmpty ? nil : TextScore(metric, answers: answers)
      }
      return losses.isEmpty ? nil : TextScore(metric, losses: losses)
    }
  }
}
