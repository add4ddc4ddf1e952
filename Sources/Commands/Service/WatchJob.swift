import Execution
import Fetching
package import Language
import Reporting
package import Session

/// The command `watch job`.
package struct WatchJob: Command {
  package static let signature = Signature(
    "watch job", "Show how far a job of a fine-tuning service is, until it ends.",
    details: [
      "Without a name it is the job that was started here last, or else the service's newest. Ctrl-C "
        + "ends the watching, not the job."
    ],
    patterns: ["[<id:text>]"], slots: ["id": .about("what the service calls it, `ftjob-…`")],
    effects: [], synonyms: ["monitor", "follow"],
    result: [
      .init("id", "what the service calls it"), .init("status", "how it ended"),
      .init("model", "the model that it made", when: "when it succeeded"),
      .init("steps", "updates made"),
      .init("loss", "that of the last step", when: "after a step"),
      .init("dev_loss", "the last loss on dev", when: "with dev rows"),
    ],
    examples: ["watch job", "watch job \"ftjob-abc\""],
    seeAlso: ["start job", "cancel job", "download job"])

  /// Between two questions.
  private static let pause = Duration.milliseconds(500)

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    var watch = Watch()
    while true {
      let job: RemoteJob
      do throws(SessionError) {
        job = RemoteJob(try session.job(call.text("id")))
        watch.take(
          try session.asking { [id = job.id] (client) throws(FetchError) in
            try client.events(of: id, limit: 1000)
          }.compactMap(RemoteStep.init))
      } catch { throw session.explained(error, call) }
      if let progress = watch.progress(job) { session.show(.progress(progress)) }
      if job.isOver || ["paused"].contains(job.status) {
        session.show(.progressEnded(summary: watch.summary(job)))
        try job.checkFailure()
        if let model = job.model {
          session.show(
            .report(.text("next: download job \(Value.string("out/" + job.id).source)  (\(model))"))
          )
        }
        return watch.value(job)
      }
      try await Task.sleep(for: pause)
      guard !session.stop.isRequested else { throw CancellationError() }
    }
  }

  /// What was seen of a job.
  private struct Watch {
    private var steps: [RemoteStep] = []

    /// Takes the steps that the service tells; of long jobs it tells the last ones.
    mutating func take(_ found: [RemoteStep]) {
      let last = steps.last?.step ?? 0
      steps += found.filter { $0.step > last }
    }

    private var devLoss: Double? { steps.compactMap(\.devLoss).last }

    func progress(_ job: RemoteJob) -> SessionEvent.Progress? {
      guard let last = steps.last else {
        return SessionEvent.Progress(label: job.status, fraction: 0)
      }
      let fraction = Double(last.step) / Double(max(last.stepCount, 1))
      var progress = SessionEvent.Progress(label: job.status, fraction: fraction)
      (progress.step, progress.stepCount, progress.loss) = (last.step, last.stepCount, last.loss)
      progress.stepLoss = last.loss
      progress.devLoss = devLoss
      let stride = max(1, steps.count / 12)
      progress.recentLosses = steps.enumerated().filter { $0.offset % stride == 0 }.map(
        \.element.loss)
      return progress
    }

    func summary(_ job: RemoteJob) -> String {
      var parts = ["\(job.id) \(job.status)"]
      if let last = steps.last {
        parts.append("\(last.step) of \(Wording.count(last.stepCount, "step"))")
        parts.append("loss \(Quantity(last.loss, .loss).text)")
      }
      if let devLoss { parts.append("dev \(Quantity(devLoss, .loss).text)") }
      return parts.joined(separator: " · ")
    }

    func value(_ job: RemoteJob) -> Value {
      var record: Record = [
        "id": .string(job.id), "status": .string(job.status),
        "steps": .integer(steps.last?.step ?? 0),
      ]
      if let model = job.model { record["model"] = .string(model) }
      if let last = steps.last { record["loss"] = .number(last.loss) }
      if let devLoss { record["dev_loss"] = .number(devLoss) }
      return .record(record)
    }
  }
}
