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
  /// To write with the distributions of another model.
  case distil
  /// To give whole texts their labels.
  case classify
  /// To give texts that belong together vectors that lie near.
  case retrieve
  /// To give texts vectors with the cosines that rows say.
  case similarity

  /// What rows of a kind are taught by when nothing else is asked for.
  package init(for rows: Example.Kind) {
    switch rows {
    case .answers: self = .supervised
    case .preferences: self = .dpo
    case .verdicts: self = .kto
    case .matches: self = .retrieve
    case .similarities: self = .similarity
    }
  }

  /// Whether it learns from which answers are good, rather than from what they say alone.
  package var isOfPreferences: Bool {
    switch self {
    case .supervised, .distil, .classify, .retrieve, .similarity: false
    case .dpo, .ipo, .orpo, .simpo, .kto: true
    }
  }

  /// Whether it teaches the vectors of whole texts.
  package var isOfVectors: Bool { self == .retrieve || self == .similarity }

  /// Whether it wants a model that writes: others read whole texts.
  package var needsWriting: Bool { self != .classify && !isOfVectors }

  /// Returns the rows that it learns from when rows of a data set are given: of two answers, the better
  /// one where one answer is wanted, and both with a verdict where that is; nil for rows that do not
  /// have what it wants.
  package func rows(_ rows: [Example]) -> [Example]? {
    switch (self, rows.first?.kind ?? .answers) {
    case (.supervised, .answers), (.distil, .answers), (.kto, .verdicts): rows
    // A text has no answer that could be its label.
    case (.classify, .answers) where rows.allSatisfy(\.hasLabels): rows
    case (.supervised, .preferences), (.supervised, .matches), (.distil, .preferences):
      rows.map(\.written)
    case (.retrieve, .matches), (.similarity, .similarities): rows
    case (.retrieve, .answers), (.retrieve, .preferences):
      rows.allSatisfy(\.isQuestion) ? rows.map(\.match) : nil
    case (.dpo, .preferences), (.ipo, .preferences), (.orpo, .preferences), (.simpo, .preferences):
      rows
    case (.kto, .preferences): rows.flatMap(\.verdicts)
    default: nil
    }
  }
}

extension Example {
  /// Whether it has a question and an answer, each a text that is not empty.
  fileprivate var isQuestion: Bool {
    switch content {
    case .text, .labelled, .marked: false
    case .conversation, .completion, .preference, .verdict, .match, .alike:
      !input.isEmpty && !target.isEmpty
    }
  }

  /// The question with its answer as the text that belongs to it, and a worse one as one that does not.
  fileprivate var match: Example {
    var negatives: [String] = []
    if case .preference(_, let worse) = content {
      negatives = [Example(worse, line: line).target]
    }
    return with(.match(query: input, positive: target, negatives: negatives))
  }

  /// Each of two answers as a row of its own.
  fileprivate var verdicts: [Example] {
    guard case .preference(let better, let worse) = content else { return [] }
    return [(better, true), (worse, false)].map { answer, isGood in
      Example(.verdict(answer, isGood: isGood), line: line, fields: fields)
    }
  }
}
