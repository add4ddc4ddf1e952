import Datasets

/// Rows with other rows and their answers before them: a prompt that shows the task instead of
/// teaching it.
struct FewShotRows {
  private let shots: [Example]

  /// Shows these rows.
  init(_ shots: [Example]) { self.shots = shots.map(\.written) }

  /// The row with the others before what is asked: turns of a conversation after its system message, or
  /// text.
  func row(_ example: Example) -> Example {
    switch example.content.written {
    case .conversation(let turns):
      let system = turns.prefix { $0.role == .system || $0.role == .developer }
      return example.with(.conversation(system + shownTurns + turns.dropFirst(system.count)))
    case .completion(let prompt, let completion):
      return example.with(.completion(prompt: shownText + prompt, completion: completion))
    case .labelled(let text, let label):
      return example.with(.labelled(text: shownText + text, label: label))
    case .text, .marked, .preference, .verdict, .match, .alike: return example
    }
  }

  private var shownTurns: [Turn] {
    shots.flatMap { shot -> [Turn] in
      guard case .conversation(let turns) = shot.content else { return [] }
      return turns.filter { $0.role != .system && $0.role != .developer }
        .map { Turn($0.role, $0.content, weight: 0, fields: $0.fields) }
    }
  }

  private var shownText: String {
    shots.map { shot in
      switch shot.content {
      case .labelled(let text, let label):
        PromptTemplate.label.prompt(text) + PromptTemplate.label.answer(label)
      case .completion(let prompt, let completion): prompt + completion
      case .conversation, .text, .marked, .preference, .verdict, .match, .alike: ""
      }
    }.map { $0 + "\n\n" }.joined()
  }
}
