import Serialization

/// Where Ctrl-C stopped a training, as the outputs of its cell tell it.
struct RecordedStop: Hashable, Sendable {
  /// The trainings of the cell before it.
  let trainingsBefore: Int
  /// The steps it had taken.
  let step: Int
  /// Whether dev was measured after that step.
  let isMeasured: Bool
  /// The lines that the cell had given before: those of the training's block are among them.
  let lineCount: Int

  private static let trainings: Set = ["train", "resume"]

  /// Reads a cell's outputs; nil when they do not end with a training that was stopped.
  init?(_ lines: [OutputLine]) {
    let lines = lines.filter(\.isCompared)
    guard case .result(let command, let value) = lines.last, Self.trainings.contains(command),
      value["stopped"]?.string == "stopped", let step = value["steps"]?.int
    else { return nil }
    trainingsBefore = lines.dropLast().count {
      if case .result(let name, _) = $0 { Self.trainings.contains(name) } else { false }
    }
    self.step = step
    isMeasured = value["dev_loss"] != nil
    lineCount = lines.count - 1
  }
}

extension OutputLine {
  /// Whether `verify` holds a cell to it.
  var isCompared: Bool {
    if case .shown = self { false } else { true }
  }
}
