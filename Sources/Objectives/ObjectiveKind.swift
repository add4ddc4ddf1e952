package import Datasets

/// The objectives by their names.
package enum ObjectiveKind: String, CaseIterable, Sendable {
  /// To write the answers of rows.
  case supervised
  case dpo
  case ipo
  case orpo
  case simpo
  case kto
  /// To give whole texts their labels.
  case classify

  /// What rows of a kind are taught by when nothing else is asked for.
  package init(for rows: Example.Kind) {
    switch rows {
    case .answers: self = .supervised
    case .preferences: self = .dpo
    case .verdicts: self = .kto
    }
  }

  /// Whether it learns from which answers are good, rather than from what they say alone.
  package var isOfPreferences: Bool {
    switch self {
    case .supervised, .classify: false
    case .dpo, .ipo, .orpo, .simpo, .kto: true
    }
  }

  /// Returns the rows that it learns from when rows of a data set are given: of two answers, the better
  /// one where one answer is wanted, and both with a verdict where that is; nil for rows that do not
  /// have what it wants.
  package func rows(_ rows: [Example]) -> [Example]? {
    switch (self, rows.first?.kind ?? .answers) {
    case (.supervised, .answers), (.kto, .verdicts): rows
    // A text has no answer that could be its label.
    case (.classify, .answers) where rows.allSatisfy(\.hasLabels): rows
    case (.supervised, .preferences): rows.map(\.written)
    case (.dpo, .preferences), (.ipo, .preferences), (.orpo, .preferences), (.simpo, .preferences):
      rows
    case (.kto, .preferences): rows.flatMap(\.verdicts)
    default: nil
    }
  }
}

extension Example {
  /// Each of two answers as a row of its own.
  fileprivate var verdicts: [Example] {
    guard case .preference(let better, let worse) = content else { return [] }
    return [(better, true), (worse, false)].map { answer, isGood in
      Example(.verdict(answer, isGood: isGood), line: line, fields: fields)
    }
  }
}
