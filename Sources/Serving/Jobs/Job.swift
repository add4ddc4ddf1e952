import Serialization

/// A fine-tuning job: what was asked for, and what became of it.
struct Job: Hashable, Sendable {
  /// `ftjob-` and letters.
  let id: String
  /// When it was made, in seconds since 1970.
  let createdAt: Int
  /// The model to begin with, by its name.
  let model: String
  /// The file of rows to train on.
  let trainingFile: String
  /// The file of rows to measure on; nil for none.
  let validationFile: String?
  /// What the new model's name is to have in it; empty for nothing.
  let suffix: String
  /// Where random numbers start.
  let seed: Int
  /// The kind of training.
  let method: JobMethod
  /// What was chosen, `auto` being replaced by numbers when the rows are known.
  var hyperparameters: Hyperparameters
  /// What its owner noted with it.
  let metadata: JSONObject?

  /// Where it stands.
  var state: JobState = .validatingFiles
  /// When it was over; nil before.
  var finishedAt: Int?
  /// When it will be over at its present speed; nil when nothing can tell.
  var estimatedFinish: Int?
  /// The name of the new model; nil before there is one.
  var fineTunedModel: String?
  /// The files of its results.
  var resultFiles: [String] = []
  /// Tokens computed; nil before the end.
  var trainedTokens: Int?
  /// Why it failed.
  var failure: JobFailure?

  /// The organisation that models' names have in them: this machine's.
  static let organization = "local"

  /// What the model will be called, or at a step.
  func modelName(atStep step: Int? = nil) -> String {
    let end = step.map { ":ckpt-step-\($0)" } ?? ""
    // A name of a model that was trained before has its base in it.
    let parts = model.split(separator: ":", omittingEmptySubsequences: false)
    let base = parts.first == "ft" && parts.count > 1 ? String(parts[1]) : model
    return "ft:\(base):\(Self.organization):\(suffix):\(id.suffix(8))\(end)"
  }

  /// As the API gives it.
  var json: JSONValue {
    var fields: JSONObject = [
      "id": .string(id), "object": "fine_tuning.job", "created_at": .integer(createdAt),
      "finished_at": finishedAt.map { .integer($0) } ?? nil, "model": .string(model),
      "fine_tuned_model": fineTunedModel.map { .string($0) } ?? nil,
      "organization_id": .string(Self.organization),
      "result_files": .array(resultFiles.map { .string($0) }), "status": .string(state.rawValue),
      "validation_file": validationFile.map { .string($0) } ?? nil,
      "training_file": .string(trainingFile), "hyperparameters": hyperparameters.json,
      "trained_tokens": trainedTokens.map { .integer($0) } ?? nil,
      "error": failure?.json ?? nil,
      "seed": .integer(seed), "estimated_finish": estimatedFinish.map { .integer($0) } ?? nil,
      "integrations": [], "metadata": metadata.map { .object($0) } ?? nil,
      "user_provided_suffix": suffix.isEmpty ? nil : .string(suffix),
    ]
    fields["method"] = method.json(hyperparameters)
    return .object(fields)
  }
}

extension Job {
  /// Reads what ``json`` wrote; nil when it is nothing of the kind.
  init?(_ json: JSONValue) {
    guard let object = json.object, let id = json["id"]?.string, Identifier.isOne(id, "ftjob-"),
      let createdAt = json["created_at"]?.int, let model = json["model"]?.string,
      let trainingFile = json["training_file"]?.string, let seed = json["seed"]?.int,
      let state = json["status"]?.string.flatMap(JobState.init),
      let method = try? JobMethod(Fields(object)),
      let hyperparameters = try? Hyperparameters(JobMethod.hyperparameters(Fields(object)))
    else { return nil }
    (self.id, self.createdAt, self.model, self.seed) = (id, createdAt, model, seed)
    (self.trainingFile, self.validationFile) = (trainingFile, json["validation_file"]?.string)
    suffix = json["user_provided_suffix"]?.string ?? ""
    (self.method, self.hyperparameters) = (method, hyperparameters)
    (metadata, self.state) = (json["metadata"]?.object, state)
    (finishedAt, fineTunedModel) = (json["finished_at"]?.int, json["fine_tuned_model"]?.string)
    resultFiles = (json["result_files"]?.array ?? []).compactMap(\.string)
    trainedTokens = json["trained_tokens"]?.int
    failure = JobFailure(json["error"])
  }
}
