import Language
import Reporting
import Serialization

/// A job as a service tells it.
struct RemoteJob {
  private let json: JSONValue

  init(_ json: JSONValue) { self.json = json }

  /// What the service calls it.
  var id: String { json["id"]?.string ?? "" }
  /// Where it stands.
  var status: String { json["status"]?.string ?? "unknown" }
  /// The model it began with.
  var base: String { json["model"]?.string ?? "" }
  /// The model it made; nil before.
  var model: String? { json["fine_tuned_model"]?.string }
  /// Whether nothing more happens to it.
  var isOver: Bool { ["succeeded", "failed", "cancelled"].contains(status) }

  /// - Throws: why the service could not do it.
  func checkFailure() throws(Diagnostic) {
    guard status == "failed" else { return }
    let message = json["error"]?["message"]?.string ?? "it does not say why"
    throw Diagnostic(
      code: .failedJob, "the job \(id) failed: \(Diagnostic.sentence(message))",
      hints: [.help("`load data` shows what is wrong with rows, and where")])
  }
}

/// What was measured in a job at a step.
struct RemoteStep {
  let step: Int
  let stepCount: Int
  let loss: Double
  let devLoss: Double?

  /// Reads an event; nil for one of words.
  init?(_ event: JSONValue) {
    guard let data = event["data"], let step = data["step"]?.int,
      let count = data["total_steps"]?.int, let loss = data["train_loss"]?.double
    else { return nil }
    (self.step, stepCount, self.loss) = (step, count, loss)
    devLoss = data["valid_loss"]?.double
  }
}

extension DiagnosticCode {
  static let failedJob = DiagnosticCode(
    "T506", "a job that failed",
    "A fine-tuning service could not finish a job, and says why. Rows are checked before it trains: "
      + "their errors have the line. A training that fails on the way keeps its state there; what "
      + "`resume job` would need is told by `GET /v1/fine_tuning/jobs/ID/events`.")
}
