import Foundation

/// A training as it is recorded.
package struct RecordedRun: Sendable {
  /// The number that people call it by.
  package let number: Int
  /// What tells it from the trainings of other records.
  package let identity: String
  /// The identity of the training whose state it began from with something changed.
  package let parent: String?
  /// When it began, in seconds since 1970.
  package let started: Double
  /// How it ended, or how it stands.
  package let state: RunState
  /// The command that began it.
  package let command: String
  /// The script that the command stood in; nil when there was none.
  package let script: RunStart.Script?
  /// The name of the model.
  package let model: String
  /// The name of the rows.
  package let data: String
  /// Where its state was kept.
  package let folder: String?
  /// Where random numbers started.
  package let seed: String
  /// The rate at the end of the warm-up.
  package let learningRate: Double
  /// The steps it was to take, or the most there could be.
  package let plannedSteps: Int
  /// The steps that are recorded.
  package let steps: Int
  /// How many numbers were trained.
  package let parameterCount: Int
  /// The mean loss of its last steps, or, before its end, the loss of the last one.
  package let loss: Double?
  /// The loss on dev of the weights kept, or, before its end, the last one measured.
  package let devLoss: Double?
  /// The share of tokens of dev that were held the likeliest.
  package let devAccuracy: Double?
  /// The step whose weights were kept.
  package let keptStep: Int?
  /// Seconds taken in all.
  package let seconds: Double?
  /// Tokens computed in all.
  package let tokenCount: Int?
  /// The hash of the tokens of dev.
  package let devHash: String?
  /// The processor, as it calls itself.
  package let processor: String
  /// The machine's name.
  package let host: String
  /// What computed.
  package let machine: RunStart.Machine
  /// All settings that were in force, by name.
  package let settings: [RunStart.Setting]

  init(_ row: DatabaseRow, _ settings: [RunStart.Setting]) {
    self.settings = settings
    number = row["id"].int ?? 0
    identity = row["uuid"].text ?? ""
    parent = row["parent"].text
    started = row["started"].double ?? 0
    let process = RunProcess(
      host: row["host"].text ?? "", number: row["pid"].int ?? 0,
      start: row["process_start"].int ?? 0)
    state = RunState(ending: row["ending"].text, process)
    command = row["command"].text ?? ""
    if let name = row["script_name"].text, let text = row["script"].text {
      script = RunStart.Script(name: name, text: text, sha256: row["script_sha256"].text ?? "")
    } else {
      script = nil
    }
    model = row["model"].text ?? ""
    data = row["data"].text ?? ""
    folder = row["folder"].text
    seed = row["seed"].text ?? ""
    learningRate = row["learning_rate"].double ?? 0
    plannedSteps = row["planned_steps"].int ?? 0
    steps = row["last_step"].int ?? 0
    parameterCount = row["parameters"].int ?? 0
    loss = row["loss"].double ?? row["last_loss"].double
    devLoss = row["dev_loss"].double ?? row["last_dev_loss"].double
    devAccuracy = row["dev_accuracy"].double ?? row["last_dev_accuracy"].double
    keptStep = row["kept_step"].int
    seconds = row["seconds"].double ?? row["last_seconds"].double
    tokenCount = row["tokens"].int
    devHash = row["dev_sha256"].text
    processor = row["processor"].text ?? ""
    host = process.host
    machine = RunStart.Machine(
      version: row["version"].text ?? "", device: row["device"].text ?? "",
      vectorPath: row["vector_path"].text ?? "", threadCount: row["threads"].int ?? 0)
  }

  /// Every run with its last step and its last measurement, in the order of the numbers.
  static let query = """
    SELECT run.*, step.step AS last_step, step.loss AS last_loss, step.seconds AS last_seconds,
      evaluation.loss AS last_dev_loss, evaluation.accuracy AS last_dev_accuracy
    FROM run
    LEFT JOIN step ON step.run = run.id
      AND step.step = (SELECT max(step) FROM step WHERE run = run.id)
    LEFT JOIN evaluation ON evaluation.run = run.id
      AND evaluation.step = (SELECT max(step) FROM evaluation WHERE run = run.id)
    """
}

/// How a training ended, or how it stands.
package enum RunState: Hashable, Sendable {
  /// It ended, for this reason.
  case ended(String)
  /// Its process is at work.
  case running
  /// Its process is gone, and told no end: it was killed, or the machine went down.
  case killed
  /// Its process is on another machine, and told no end yet.
  case elsewhere

  init(ending: String?, _ process: RunProcess) {
    if let ending {
      self = .ended(ending)
    } else {
      self =
        switch process.isAlive {
        case true?: .running
        case false?: .killed
        case nil: .elsewhere
        }
    }
  }

  /// It in one word.
  package var word: String {
    switch self {
    case .ended(let ending): ending
    case .running: "running"
    case .killed: "killed"
    case .elsewhere: "elsewhere"
    }
  }
}

/// What is recorded of one training beside its line in the list.
package struct RunDetails: Sendable {
  /// The files that were read.
  package let inputs: [RunStart.Input]
  /// Its steps, in order.
  package let steps: [RunLog.Step]
  /// What was measured on dev, in order.
  package let evaluations: [RunLog.Evaluation]
  /// What happened, in order.
  package let events: [Event]
  /// What the model answered on the way, in order.
  package let samples: [Sample]
  /// What was written of it, in order.
  package let artefacts: [Artefact]
  /// What each example cost, epoch by epoch.
  package let examples: Examples

  /// Something that happened.
  package struct Event: Hashable, Sendable {
    /// When, in seconds since 1970.
    package let time: Double
    /// Steps taken by then.
    package let step: Int
    /// What kind of thing, in one word.
    package let kind: String
    /// What happened.
    package let text: String
  }

  /// An answer of the model.
  package struct Sample: Hashable, Sendable {
    /// Steps taken by then.
    package let step: Int
    /// What was asked.
    package let prompt: String
    /// What was answered.
    package let answer: String
  }

  /// A file or folder that was written.
  package struct Artefact: Hashable, Sendable {
    /// When, in seconds since 1970.
    package let time: Double
    /// `adapter`, `model` and so on.
    package let kind: String
    /// As it was asked for.
    package let path: String
    /// 64 hexadecimal digits of its weights; nil where there is no one hash.
    package let sha256: String?
  }

  /// What each example cost.
  package struct Examples: Hashable, Sendable {
    /// The line of each in the data's file.
    package let lines: [Int]
    /// The losses, an array an epoch.
    package let losses: [[Float]]
    /// The shares of right tokens, an array an epoch.
    package let accuracies: [[Float]]
  }
}
