import Language
import Reporting
import Serialization
import Session
import Training

/// What a `train` asks for beside the settings: how long, on what, and where its state is kept.
struct TrainingRequest {
  /// When a training ends.
  enum End: Hashable {
    case epochs(Int)
    case steps(Int)
    /// At a condition, or after a time: the number of steps is not known before.
    case condition(Condition)
  }

  /// A training whose end is not known is over after this many passes over the data, whatever it
  /// waits for.
  static let openEpochs = 100

  let end: End
  /// The rows to train on; `train` of the current data when there is no name.
  var dataName: String?
  /// The longest time, in seconds.
  var limit: Double?
  var folder: String?
  /// True when it goes on because it was told to, not as its command was run once more.
  var isResumed = false
  /// The lines that led to the model and the data it began with.
  var lines: [String] = []

  init(_ end: End) { self.end = end }

  init(_ call: Call) {
    if let condition = call.condition("stop") {
      end = .condition(condition)
    } else if let seconds = call.number("time") {
      end = .condition(.elapsed(seconds))
    } else {
      let count = call.int("count") ?? 1
      end = call.has("epoch") || call.has("epochs") ? .epochs(count) : .steps(count)
    }
    dataName = call.name("data")
    limit = call.number("limit")
    folder = call.text("folder")
  }

  /// What it waits for; nil when the number of steps is known.
  var condition: Condition? {
    if case .condition(let condition) = end { condition } else { nil }
  }

  /// The plan of this training under these settings.
  ///
  /// Without a known end nothing can fall towards it: the rate stays, after a warm-up that is a
  /// share of the first epoch.
  func plan(_ settings: Settings, hiddenSize: Int) -> TrainingPlan {
    let length: TrainingLength =
      switch end {
      case .epochs(let count): .epochs(count)
      case .steps(let count): .steps(count)
      case .condition: .epochs(Self.openEpochs)
      }
    var plan = settings.trainingPlan(length: length, hiddenSize: hiddenSize)
    if condition != nil {
      plan.schedule = .constant
      plan.warmup /= Double(Self.openEpochs)
    }
    return plan
  }
}

extension TrainingRequest {
  /// What decides when it ends and which weights stay, beside the plan: what it watches, and how
  /// often that is measured; nil when the rows of dev decide nothing.
  func decisions(_ settings: Settings) -> TrainingCheckpoint.Decisions {
    guard let metric = condition?.metric else { return .init() }
    let isOfDev = metric.hasPrefix("dev.")
    return .init(
      byDev: isOfDev,
      fields: ["until": metric].merging(
        isOfDev ? ["set evaluate": "\(settings.integer("evaluate"))"] : [:]
      ) { $1 })
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
    var chosen: JSONObject = [:]
    for definition in SettingDefinition.all where settings.isChosen(definition.name) {
      chosen[definition.name] = settings[definition.name].map(Self.json)
    }
    fields["settings"] = .object(chosen)
    return JSONValue.object(fields).text
  }

  /// Reads what ``text(_:)`` wrote; nil when it is nothing of the kind.
  static func read(_ text: String) -> (request: TrainingRequest, settings: Settings)? {
    guard case .object(let fields)? = try? JSONValue(parsing: Array(text.utf8)),
      let end = end(fields), case .object(let chosen)? = fields["settings"]
    else { return nil }
    var request = TrainingRequest(end)
    request.dataName = fields["data"]?.string
    request.limit = fields["within"]?.double
    request.lines = (fields["lines"]?.array ?? []).compactMap(\.string)
    var settings = Settings()
    for (name, value) in chosen.entries {
      guard let value = Self.value(value),
        let accepted = SettingDefinition.named(name)?.kind.accept(value)
      else { return nil }
      settings.set(name, to: accepted)
    }
    return (request, settings)
  }

  private static func end(_ fields: JSONObject) -> End? {
    let counts = 1...1_000_000
    if let count = fields["epochs"]?.int { return counts.contains(count) ? .epochs(count) : nil }
    if let count = fields["steps"]?.int { return counts.contains(count) ? .steps(count) : nil }
    guard case .object(let fields)? = fields["until"] else { return nil }
    if let seconds = fields["seconds"]?.double { return .condition(.elapsed(seconds)) }
    guard let metric = fields["metric"]?.string else { return nil }
    if let checks = fields["stalls"]?.int, checks > 0 {
      return .condition(.stalls(metric: metric, checks: checks))
    }
    guard let sign = fields["is"]?.string.flatMap(Operator.init(rawValue:)),
      let number = fields["number"]?.double
    else { return nil }
    return .condition(.comparison(metric: metric, sign, number))
  }

  private static func json(_ condition: Condition) -> JSONValue {
    switch condition {
    case .stalls(let metric, let checks):
      ["metric": .string(metric), "stalls": .integer(checks)]
    case .comparison(let metric, let sign, let number):
      ["metric": .string(metric), "is": .string(sign.rawValue), "number": .number(number)]
    case .elapsed(let seconds): ["seconds": .number(seconds)]
    }
  }

  private static func json(_ value: SettingValue) -> JSONValue {
    switch value {
    case .number(let number): .number(number)
    case .text(let text): .string(text)
    case .list(let names): .array(names.map { .string($0) })
    }
  }

  private static func value(_ json: JSONValue) -> Value? {
    switch json {
    case .integer, .number: json.double.map { .number($0) }
    case .string(let text): .string(text)
    case .array(let items):
      .list(items.compactMap { $0.string.map { .string($0) } })
    case .null, .bool, .object: nil
    }
  }
}

extension Condition {
  /// The condition as it is typed.
  var text: String {
    switch self {
    case .stalls(let metric, let checks): "\(metric) stalls for \(checks)"
    case .comparison(let metric, let sign, let number):
      "\(metric) \(sign.rawValue) \(Quantity(number, .exact).text)"
    case .elapsed(let seconds): Value.duration(seconds).source
    }
  }

  /// The metric it watches; nil for a time.
  var metric: String? {
    switch self {
    case .stalls(let metric, _), .comparison(let metric, _, _): metric
    case .elapsed: nil
    }
  }
}
