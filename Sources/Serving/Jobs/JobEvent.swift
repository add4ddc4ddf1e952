import Serialization

/// Something that happened to a job.
struct JobEvent: Hashable, Sendable {
  /// `ftevent-` and letters.
  let id: String
  /// When, in seconds since 1970.
  let createdAt: Int
  /// How grave it is.
  let level: Level
  /// What happened, in words.
  let message: String
  /// What it is about, for programs; nil for an event of words alone.
  let detail: Detail?

  /// How grave an event is.
  enum Level: String, Sendable { case info, warn, error }

  /// What an event is about.
  enum Detail: Hashable, Sendable {
    /// The numbers of a step.
    case metrics(StepMetrics)
    /// The model was kept as it is after a step.
    case checkpoint(step: Int)
    /// What the model answered to a prompt after a step.
    case sample(JobSample)
  }

  init(_ message: String, level: Level = .info, _ detail: Detail? = nil) {
    id = Identifier.new("ftevent-")
    createdAt = secondsNow()
    (self.level, self.message, self.detail) = (level, message, detail)
  }

  /// The numbers of a step; nil for other events.
  var metrics: StepMetrics? {
    guard case .metrics(let metrics) = detail else { return nil }
    return metrics
  }

  /// As the API gives it.
  var json: JSONValue {
    [
      "object": "fine_tuning.job.event", "id": .string(id), "created_at": .integer(createdAt),
      "level": .string(level.rawValue), "message": .string(message),
      "type": metrics == nil ? "message" : "metrics", "data": detail?.json ?? [:],
    ]
  }

  /// Reads what ``json`` wrote; nil when it is nothing of the kind.
  init?(_ json: JSONValue) {
    guard let id = json["id"]?.string, let createdAt = json["created_at"]?.int,
      let level = json["level"]?.string.flatMap(Level.init), let message = json["message"]?.string
    else { return nil }
    (self.id, self.createdAt, self.level, self.message) = (id, createdAt, level, message)
    detail = json["data"].flatMap(Detail.init)
  }
}

extension JobEvent.Detail {
  /// The fields of an event's `data`; the API has those of numbers, the others are ours.
  var json: JSONValue {
    switch self {
    case .metrics(let metrics): metrics.json
    case .checkpoint(let step): ["checkpoint": ["step": .integer(step)]]
    case .sample(let sample): ["sample": sample.json]
    }
  }

  /// Reads what ``json`` wrote; nil when it is nothing of the kind.
  init?(_ json: JSONValue) {
    if let metrics = StepMetrics(json) {
      self = .metrics(metrics)
    } else if let step = json["checkpoint"]?["step"]?.int {
      self = .checkpoint(step: step)
    } else if let sample = json["sample"].flatMap(JobSample.init) {
      self = .sample(sample)
    } else {
      return nil
    }
  }
}

/// What a training measured at a step.
struct StepMetrics: Hashable, Sendable {
  /// The step, the first being 1.
  let step: Int
  /// Steps in all.
  let stepCount: Int
  /// Nats a trained token of the step's rows.
  var trainLoss: Double
  /// The share of the step's trained tokens that were the likeliest.
  var trainAccuracy: Double
  /// The same on the validation rows, where they were measured after this step.
  var validLoss: Double?
  var validAccuracy: Double?

  init(step: Int, stepCount: Int, trainLoss: Double, trainAccuracy: Double) {
    (self.step, self.stepCount) = (step, stepCount)
    (self.trainLoss, self.trainAccuracy) = (trainLoss, trainAccuracy)
  }

  /// The numbers by the API's names.
  ///
  /// All validation rows are measured, so that the loss of a part of
  /// them is that of all.
  var json: JSONValue {
    var fields: JSONObject = [
      "step": .integer(step), "total_steps": .integer(stepCount), "train_loss": .number(trainLoss),
      "train_mean_token_accuracy": .number(trainAccuracy),
    ]
    if let validLoss, let validAccuracy {
      for prefix in ["", "full_"] {
        fields[prefix + "valid_loss"] = .number(validLoss)
        fields[prefix + "valid_mean_token_accuracy"] = .number(validAccuracy)
      }
    }
    return .object(fields)
  }

  /// Reads what ``json`` wrote; nil when there are no numbers.
  init?(_ json: JSONValue) {
    guard let step = json["step"]?.int, let count = json["total_steps"]?.int,
      let loss = json["train_loss"]?.double,
      let accuracy = json["train_mean_token_accuracy"]?.double
    else { return nil }
    self.init(step: step, stepCount: count, trainLoss: loss, trainAccuracy: accuracy)
    validLoss = json["valid_loss"]?.double
    validAccuracy = json["valid_mean_token_accuracy"]?.double
  }

  /// What is said of it.
  var sentence: String {
    var text = "Step \(step)/\(stepCount): training loss=\(Self.digits(trainLoss))"
    if let validLoss { text += ", validation loss=\(Self.digits(validLoss))" }
    return text
  }

  private static func digits(_ number: Double) -> String {
    let cents = Int((min(number, 1e9) * 100).rounded())
    return "\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
  }

  /// The results of all steps as a file.
  static func table(_ all: [StepMetrics]) -> String {
    let cell = { (number: Double?) in number.map { "\($0)" } ?? "" }
    let rows = all.map { row in
      [
        "\(row.step)", cell(row.trainLoss), cell(row.trainAccuracy), cell(row.validLoss),
        cell(row.validAccuracy),
      ].joined(separator: ",")
    }
    return
      (["step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy"] + rows)
      .joined(separator: "\n") + "\n"
  }
}
