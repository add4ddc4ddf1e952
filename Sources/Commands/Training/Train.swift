import Adapters
import Checkpoints
import Datasets
import Evaluation
package import Language
import Models
import Reporting
package import Session
import Training

/// The command `train 3 epochs`.
package struct Train: Command {
  package static let signature = Signature(
    "train", "Fine-tune the model on the current data.",
    details: [
      "What is trained, how fast and on which tokens the settings say: `set adapter`, `set lr`, "
        + "`set loss`. Training goes on from what is there; `reset` goes back to base.",
      "With `checkpoint` the state is written to that folder as it goes (every `set checkpoint`, "
        + "5 minutes at first). The same command with the same folder goes on where it was, bit "
        + "for bit, whether it was stopped, killed or the machine went down.",
    ],
    patterns: [
      "<count:int> (epoch | epochs | step | steps) {on <data:data> | checkpoint <folder:path>}"
    ],
    slots: [
      "count": .range(1...1_000_000), "data": .fallback("train"),
      "folder": .about("where to keep the state"),
    ],
    needs: ["model", "data"], effects: ["model", "run"], synonyms: ["fit", "finetune", "learn"],
    result: [
      .init("loss", "mean loss per trained token over the last epoch, or tenth of the steps"),
      .init("steps", "updates made"), .init("tokens", "tokens computed"),
      .init("seconds", "time it took", isVolatile: true),
      .init("stopped", "`finished`, or `stopped` by Ctrl-C"),
    ],
    examples: [
      "train 1 epoch", "train 2 epochs", "train 20 steps", "train 1 step on dev",
      "train 2 steps checkpoint \"out/run\"",
    ],
    seeAlso: ["plan", "set", "eval", "compare", "reset"])

  package static func run(_ call: Call, in session: isolated Session) async throws -> Value {
    let model = try session.neededModel("train")
    let data = try session.neededData("train")
    let request = try TrainingRequest(call, in: session)
    try request.checkMemory()
    let dev = try session.encoded(
      request.dataName == "dev" ? [] : data.dev, of: data.dataset.file, for: model,
      allowsNone: true)
    do throws(TrainingError) {
      let trainer = try model.trainer(request.plan, request.examples)
      defer {
        trainer.finish()
        model.pack()
      }
      var checkpoint: TrainingCheckpoint?
      if let folder = call.text("folder") {
        checkpoint = try TrainingCheckpoint(
          folder: folder, trainer: trainer, examples: request.examples)
      }
      var run = try TrainingRun(
        trainer: trainer, dev: dev, session: session, checkpoint: checkpoint)
      return try run.run(in: session)
    } catch { throw Diagnostic(error) }
  }
}
