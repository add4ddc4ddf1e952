package import SettingDeclarations

/// A change of a setting in the midst of a training.
package struct SteeringChange: Hashable, Sendable {
  /// The steps taken before it: it counts from the next one on.
  package let step: Int
  /// The setting.
  package let name: String
  /// What it is from then on.
  package let value: SettingValue

  /// Changes `name` after `step` steps.
  package init(step: Int, name: String, value: SettingValue) {
    (self.step, self.name, self.value) = (step, name, value)
  }

  /// The settings that can be changed so.
  package static let settings = TrainingSettings.all.filter {
    $0.counts.contains(.fromNextStep)
  }
}

// MARK: In a checkpoint

extension SteeringChange {
  /// A line a change, as a checkpoint keeps them: the step, the setting, the kind of value, the value.
  package static func text(_ changes: [SteeringChange]) -> String {
    changes.map { change in
      switch change.value {
      case .number(let number): "\(change.step) \(change.name) number \(number)"
      case .text(let word): "\(change.step) \(change.name) word \(word)"
      case .list: ""
      }
    }.joined(separator: "\n")
  }

  /// Reads what ``text(_:)`` wrote; nil when a line is nothing of the kind.
  package static func read(_ text: String) -> [SteeringChange]? {
    var changes: [SteeringChange] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count == 4, let step = Int(words[0]), step >= changes.last?.step ?? 0,
        settings.contains(where: { $0.name == words[1] })
      else { return nil }
      switch words[2] {
      case "number":
        guard let number = Double(words[3]), number.isFinite else { return nil }
        changes.append(SteeringChange(step: step, name: words[1], value: .number(number)))
      case "word":
        changes.append(SteeringChange(step: step, name: words[1], value: .text(words[3])))
      default: return nil
      }
    }
    return changes
  }
}
