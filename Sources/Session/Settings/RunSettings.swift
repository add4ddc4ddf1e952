package import Datasets
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
  /// What of rows does not stop a training.
  package var waived: Set<DataFault> = []
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
      "waive", \.waived, .faults,
      "What `train` finds wrong with its rows and begins all the same; `check data` explains.",
      synonyms: ["ignore", "allow"], counts: .never),
    .init(
      "device", \.device, .device,
      "Where models are computed, from the next load on: the processor or an NVIDIA card.",
      synonyms: ["gpu", "device_map", "accelerator"], counts: .never),
  ]
}

extension SettingType where Value == Set<DataFault> {
  /// The word `none`, a fault, or a list of faults.
  fileprivate static var faults: SettingType {
    let words = DataFault.allCases.map(\.rawValue)
    return SettingType(
      .mixed, choices: ["none"] + words,
      range: "none, \(words.joined(separator: ", ")), or a list of them in quotes",
      write: { waived in
        let names = DataFault.allCases.filter(waived.contains).map(\.rawValue)
        return names.count > 1 ? .list(names) : .text(names.first ?? "none")
      },
      read: { value in
        switch value {
        case .text("none"): []
        case .text(let name): DataFault(rawValue: name).map { [$0] }
        case .list(let names):
          names.allSatisfy(words.contains) ? Set(names.compactMap(DataFault.init)) : nil
        case .number: nil
        }
      },
      exact: { waived in
        DataFault.allCases.filter(waived.contains).map(\.rawValue).joined(separator: ", ")
      })
  }
}
