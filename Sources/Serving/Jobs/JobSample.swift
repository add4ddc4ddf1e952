import Datasets
import Language
import Serialization

/// What a model in the making answers to a prompt, so that its owner sees it change.
struct JobSample: Hashable, Sendable {
  /// The step after which it was asked.
  let step: Int
  /// What it was asked.
  let prompt: String
  /// What it answered, the likeliest token each time.
  let answer: String

  /// As events give it.
  var json: JSONValue {
    ["step": .integer(step), "prompt": .string(prompt), "answer": .string(answer)]
  }

  init(step: Int, prompt: String, answer: String) {
    (self.step, self.prompt, self.answer) = (step, prompt, answer)
  }

  /// Reads what ``json`` wrote; nil when it is nothing of the kind.
  init?(_ json: JSONValue) {
    guard let step = json["step"]?.int, let prompt = json["prompt"]?.string,
      let answer = json["answer"]?.string
    else { return nil }
    self.init(step: step, prompt: prompt, answer: answer)
  }
}

/// What a model in the making is asked after each epoch.
struct JobPrompt: Hashable, Sendable {
  /// What the system says before; nil for nothing.
  let system: String?
  /// What is asked, or to be continued.
  let text: String
  /// Whether it is a message, not the beginning of a text.
  let isMessage: Bool

  /// How many prompts are asked.
  private static let count = 2
  /// The longest, in characters: they are shown whole.
  private static let longest = 400
  /// The longest answer, in tokens.
  private static let answerLength = 64

  /// The first prompts of some rows that are short enough to be shown.
  static func some(of rows: [Example]) -> [JobPrompt] {
    Array(rows.lazy.compactMap { JobPrompt($0) }.prefix(count))
  }

  /// What a row asks first; nil where that is nothing, or long.
  private init?(_ row: Example) {
    switch row.content.written {
    case .conversation(let turns):
      let asked = turns.drop { $0.role == .system }
      guard let first = asked.first, first.role == .user else { return nil }
      system = turns.first { $0.role == .system }?.content
      (text, isMessage) = (first.content, true)
    case .completion(let prompt, _): (system, text, isMessage) = (nil, prompt, false)
    default: return nil
    }
    guard !text.isEmpty, text.count + (system?.count ?? 0) <= Self.longest else { return nil }
  }

  /// The command that asks it.
  var command: String {
    let length = "at temperature 0 length \(Self.answerLength)"
    let text = Value.string(text).source
    guard isMessage else { return "sample \(text) raw \(length)" }
    let system = system.map { " system " + Value.string($0).source } ?? ""
    return "chat \(text) fresh\(system) \(length)"
  }
}
