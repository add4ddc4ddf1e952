import Foundation
import Serialization

/// Reads what a training tells: its steps, its checkpoints, and why it ended early.
struct JobWatch {
  /// What a line means for a job.
  enum Finding: Hashable {
    /// A step was taken and measured.
    case step(StepMetrics)
    /// The model as it is after a step was saved.
    case checkpoint(step: Int)
    /// The model was asked something after a step.
    case sample(JobSample)
  }

  /// Tokens that the training computed; nil before its end.
  private(set) var tokenCount: Int?
  /// The first error that it told; nil when there was none.
  private(set) var problem: String?
  /// When it will be over, in seconds since 1970; nil when nothing can tell.
  private(set) var finish: Int?
  /// The last step that was told.
  private var lastStep: Int
  /// The last step whose model was saved.
  private var savedStep = 0
  /// What was told before; a job that goes on asks once more.
  private let before: Set<JobSample>
  /// A step that may yet be measured on the validation rows.
  private var pending: StepMetrics?
  /// The first step of this process, and when it was taken.
  private var start: (step: Int, time: Double)?

  /// Begins after what was told before.
  init(events: [JobEvent] = []) {
    lastStep = events.compactMap { $0.metrics?.step }.last ?? 0
    before = Set(
      events.compactMap { event in
        if case .sample(let sample) = event.detail { sample } else { nil }
      })
  }

  /// Takes a line of `ft run --json`.
  mutating func take(_ line: JSONValue) -> [Finding] {
    switch line["event"]?.string {
    case "step": return step(line)
    case "dev":
      guard var measured = pending, measured.step == line["step"]?.int else { return [] }
      measured.validLoss = line["loss"]?.double
      measured.validAccuracy = line["accuracy"]?.double
      pending = nil
      return [.step(measured)]
    case "result": return result(line)
    case "error":
      problem = problem ?? line["message"]?.string
      return []
    default: return []
    }
  }

  private mutating func step(_ line: JSONValue) -> [Finding] {
    guard let step = line["step"]?.int, let count = line["steps"]?.int, step > lastStep,
      let loss = line["stepLoss"]?.double, let accuracy = line["accuracy"]?.double
    else { return [] }
    let before = flush()
    lastStep = step
    pending = StepMetrics(step: step, stepCount: count, trainLoss: loss, trainAccuracy: accuracy)
    let now = Date().timeIntervalSince1970
    if let start, step > start.step {
      finish = Int(now + (now - start.time) / Double(step - start.step) * Double(count - step))
    } else {
      start = (step, now)
    }
    return before
  }

  private mutating func result(_ line: JSONValue) -> [Finding] {
    switch line["command"]?.string {
    case "train":
      tokenCount = line["value"]?["tokens"]?.int
      return flush()
    case "save adapter":
      // That of the block, in a folder of its step; the last one is the model itself.
      let place = line["value"]?["folder"]?.string ?? line["value"]?["path"]?.string ?? ""
      guard place.hasPrefix(JobScript.checkpointsFolder + "/"),
        let step = place.split(separator: "/").last.flatMap({ Int($0) })
      else { return flush() }
      savedStep = step
      return flush() + [.checkpoint(step: step)]
    case "sample", "chat":
      guard let prompt = line["value"]?["prompt"]?.string,
        let answer = line["value"]?["text"]?.string
      else { return flush() }
      let sample = JobSample(step: savedStep, prompt: prompt, answer: answer)
      return flush() + (before.contains(sample) ? [] : [.sample(sample)])
    default: return []
    }
  }

  /// What is not to be measured any more.
  private mutating func flush() -> [Finding] {
    defer { pending = nil }
    return pending.map { [.step($0)] } ?? []
  }
}
