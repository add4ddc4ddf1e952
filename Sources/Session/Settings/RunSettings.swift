package import SettingDeclarations

/// What may be set of what happens beside the steps of a training.
package struct RunSettings: Hashable, Sendable {
  /// The time between checkpoints, in seconds.
  package var checkpointInterval = 300.0
  /// How many of a training's latest checkpoints are kept, beside the best on dev.
  package var checkpointCount = 2
  /// How many states of a training are kept in memory, for going back.
  package var snapshotCount = 16
  /// Steps between measurements of dev; nil measures after each epoch.
  package var evaluationInterval: Int?
  /// How many rows are answered at the most where answers are measured.
  package var answerLimit = 200
  /// Where models that are loaded from now on are computed.
  package var device = DeviceChoice.cpu

  /// Every setting of a run: a declaration each.
  package static let all: [Setting<RunSettings>] = [
    .init(
      "checkpoint", \.checkpointInterval, .seconds(1...86400),
      "Time between checkpoints of a training that keeps them.", synonyms: ["save_steps"],
      counts: .never),
    .init(
      "checkpoints", \.checkpointCount, .integer(1...1000),
      "How many of a training's latest checkpoints are kept, beside the best on dev.",
      synonyms: ["save_total_limit", "keep_last"], counts: .never),
    .init(
      "snapshots", \.snapshotCount, .integer(0...1000),
      "How many states of a training are kept in memory, so that `rewind` can go back.",
      counts: .never),
    .init(
      "evaluate", \.evaluationInterval, .automatic(.integer(1...1_000_000)),
      "Steps between measurements of dev in training; auto measures after each epoch.",
      synonyms: ["eval_steps", "eval_every"], counts: .inEnding),
    .init(
      "answers", \.answerLimit, .integer(1...1_000_000),
      "Rows that the model answers at the most where `eval` measures answers.",
      synonyms: ["max_eval_samples", "eval_limit"], counts: .never),
    .init(
      "device", \.device, .device,
      "Where models are computed, from the next load on: the processor or an NVIDIA card.",
      synonyms: ["gpu", "device_map", "accelerator"], counts: .never),
  ]
}
