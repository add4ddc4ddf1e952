/// What spoils a training so that it does not begin, unless it is waived by its name.
package enum DataFault: String, CaseIterable, Hashable, Sendable {
  /// Held-out rows are in train too, answer and all.
  case leaks
  /// Texts have several labels.
  case contradictions
  /// The ends of answers were cut off.
  case truncation
  /// Answers are not taught to end.
  case ends
  /// Rows begin with one special token twice.
  case begins

  /// The share of rows above which it stops a training.
  ///
  /// A leak in a hundred rows moves no measurement beyond its interval; labels are never all right;
  /// who has rows cut wants the beginning of most.
  package var limit: Double {
    switch self {
    case .leaks, .begins: 0.01
    case .contradictions: 0.05
    case .truncation, .ends: 0.5
    }
  }
}

/// A fault with the rows that have it.
package struct DataFinding: Hashable, Sendable {
  /// What is wrong.
  package let fault: DataFault
  /// The lines of the rows that have it, in order.
  package let lines: [Int]
  /// How many rows could have it.
  package let total: Int

  /// The share of the rows that have it.
  package var share: Double { total == 0 ? 0 : Double(lines.count) / Double(total) }

  /// Whether so many rows have it that a training does not begin.
  package var stops: Bool { share > fault.limit }
}
