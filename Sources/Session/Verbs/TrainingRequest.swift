import Checkpoints
import Foundation
import Objectives
package import Runs
import Serialization
import SettingDeclarations
package import Training

/// What a training is asked for beside the settings: how long, on what, and where its state is kept.
package struct TrainingRequest: Sendable {
  /// When it ends.
  package let end: TrainingEnd
  /// The rows to train on; `train` of the current data when there is no name.
  package var dataName: String?
  /// The model whose distributions are learned; nil for what the settings say.
  package var teacher: String?
  /// The longest time, in seconds; nil without a limit.
  package var limit: Double?
  /// The steps after which it pauses; nil when it does not.
  package var pause: Int?
  /// Where its state is kept; nil keeps none.
  package var folder: String?
  /// The lines that led to the model and the data it began with.
  package internal(set) var lines: [String] = []
  /// Where the command stands; nil for one that no text has.
  package var source: Source?
  /// What tells the training from all others, wherever it goes on.
  var identity = UUID().uuidString.lowercased()
  /// The training whose state it begins from with something changed; nil for one of its own.
  var parent: String?
  /// Whether it begins from a state of other settings or data.
  var allowsDifferences = false
  /// True when it goes on because it was told to, not as the same was asked for once more.
  var isResumed = false

  /// The settings with what the request itself says of what is taught.
  func taught(_ settings: Settings) -> Settings {
    guard let teacher else { return settings }
    var taught = settings
    (taught.training.objective.kind, taught.training.objective.teacher) = (.distil, teacher)
    return taught
  }

  /// The request of a training of its own that parts from this one.
  var parted: TrainingRequest {
    var parted = self
    (parted.identity, parted.parent) = (UUID().uuidString.lowercased(), identity)
    parted.folder = nil
    return parted
  }

  /// The command that asks for a training.
  package struct Source: Sendable {
    /// As it can be typed.
    package let command: String
    /// What it stands in.
    package let script: RunStart.Script

    /// A command in a text of this name.
    package init(command: String, scriptName: String, text: String) {
      self.command = command
      script = RunStart.Script(
        name: scriptName, text: text, sha256: ContentHash.of(Array(text.utf8)))
    }
  }

  /// Asks for a training on `train` that ends so.
  package init(_ end: TrainingEnd) { self.end = end }

  /// The plan of this training under these settings, which teaches what they leave open.
  func plan(
    _ settings: Settings, teaching kind: ObjectiveKind, hiddenSize: Int
  ) -> TrainingPlan {
    var training = settings.training
    training.objective.kind = kind
    var plan = TrainingPlan(training, length: end.length, hiddenSize: hiddenSize)
    end.adjust(&plan)
    return plan
  }

  /// What decides when it ends and which weights stay, beside the plan: what it watches, and how
  /// often that is measured; nil when the rows of dev decide nothing.
  func decisions(_ settings: Settings) -> TrainingCheckpoint.Decisions {
    guard let metric = end.condition?.metric else { return .init() }
    var fields = ["until": metric.rawValue]
    guard metric.isOfDev else { return .init(fields: fields) }
    for setting in Settings.all where setting.counts.contains(.inEnding) {
      fields["set " + setting.name] = setting.exactText(in: settings)
    }
    return .init(byDev: true, fields: fields)
  }
}

// MARK: As text, beside a checkpoint

extension TrainingRequest {
  /// The request and the settings that were set, as JSON.
  func text(_ settings: Settings) -> String {
    var fields: JSONObject = [:]
    switch end {
    case .epochs(let count): fields["epochs"] = .integer(count)
    case .steps(let count): fields["steps"] = .integer(count)
    case .condition(let condition): fields["until"] = Self.json(condition)
    }
    fields["data"] = dataName.map { .string($0) }
    fields["within"] = limit.map { .number($0) }
    fields["lines"] = .array(lines.map { .string($0) })
    fields["settings"] = .object(settings.json)
    fields["run"] = .string(identity)
    return JSONValue.object(fields).text
  }

  /// Reads what ``text(_:)`` wrote; nil when it is nothing of the kind.
  static func read(_ text: String) -> (request: TrainingRequest, settings: Settings)? {
    guard case .object(let fields)? = try? JSONValue(parsing: Array(text.utf8)),
      let end = end(fields), case .object(let chosen)? = fields["settings"],
      let settings = Settings(chosen)
    else { return nil }
    var request = TrainingRequest(end)
    request.dataName = fields["data"]?.string
    request.limit = fields["within"]?.double
    if let identity = fields["run"]?.string { request.identity = identity }
    request.lines = (fields["lines"]?.array ?? []).compactMap(\.string)
    return (request, settings)
  }

  private static func end(_ fields: JSONObject) -> TrainingEnd? {
    let counts = 1...1_000_000
    if let count = fields["epochs"]?.int { return counts.contains(count) ? .epochs(count) : nil }
    if let count = fields["steps"]?.int { return counts.contains(count) ? .steps(count) : nil }
    guard case .object(let fields)? = fields["until"] else { return nil }
    if let seconds = fields["seconds"]?.double { return .condition(.elapsed(seconds)) }
    guard let metric = fields["metric"]?.string.flatMap(TrainingMetric.init) else { return nil }
    if let checks = fields["stalls"]?.int, checks > 0 {
      return .condition(.stalls(metric, checks: checks))
    }
    guard let sign = fields["is"]?.string.flatMap(Comparison.init),
      let number = fields["number"]?.double
    else { return nil }
    return .condition(.comparison(metric, sign, number))
  }

  private static func json(_ condition: EndCondition) -> JSONValue {
    switch condition {
    case .stalls(let metric, let checks):
      ["metric": .string(metric.rawValue), "stalls": .integer(checks)]
    case .comparison(let metric, let sign, let number):
      [
        "metric": .string(metric.rawValue), "is": .string(sign.rawValue),
        "number": .number(number),
      ]
    case .elapsed(let seconds): ["seconds": .number(seconds)]
    }
  }
}
