import Language
import Objectives

/// The script that a job is: `ft run` does what the service does, to the bit.
struct JobScript {
  /// The job, its numbers chosen.
  let job: Job
  /// How the model to begin with is loaded: a name or a folder, and the adapter on it.
  let base: ModelSource
  /// The learning rate; nil for the one that is chosen by itself.
  let rate: Double?
  /// The file of rows, as seen from the job's folder.
  let trainingFile: String
  /// That of the rows to measure on.
  let validationFile: String?
  /// What the model is asked after each epoch.
  let prompts: [JobPrompt]

  /// The folder for what is trained, beside the script.
  static let modelFolder = "model"
  /// The folder for the training's state.
  static let stateFolder = "state"
  /// The folder for what there was after each epoch.
  static let checkpointsFolder = "checkpoints"

  /// The script's lines.
  var text: String {
    var lines = [
      "ft 1", "# The fine-tuning job \(job.id): \(job.modelName()).",
      "# `ft run script.ft` in this folder does what the service did, to the bit.", "",
      "load model \(quoted(base.model))",
    ]
    if let adapter = base.adapter { lines.append("load adapter \(quoted(adapter))") }
    var data = "load data \(quoted(trainingFile))"
    if let validationFile { data += " dev \(quoted(validationFile))" }
    // Nobody is there to answer, so that what rows can have is told and not refused.
    var settings = [
      "adapter lora", "seed \(job.seed)", "long cut", "checkpoint 60s",
      "waive [\"leaks\", \"contradictions\", \"truncation\"]",
    ]
    if let size = job.hyperparameters.batchSize { settings.append("batch \(size)") }
    if job.method != .supervised { settings.append("objective \(job.method.objective.rawValue)") }
    if let beta = job.hyperparameters.beta { settings.append("beta \(beta)") }
    if let rate { settings.append("lr \(rate)") }
    let epochs = job.hyperparameters.epochs ?? 1
    lines += [
      data, "set " + settings.joined(separator: ", "), "",
      "train \(epochs) \(epochs == 1 ? "epoch" : "epochs") checkpoint \(quoted(Self.stateFolder)) "
        + "each epoch {",
      "  save adapter \"\(Self.checkpointsFolder)/\\(it.step)\"",
    ]
    lines += prompts.map { "  " + $0.command }
    lines += [
      "}", "save adapter \(quoted(Self.modelFolder))", "",
    ]
    return lines.joined(separator: "\n")
  }

  private func quoted(_ text: String) -> String { Value.string(text).source }
}
