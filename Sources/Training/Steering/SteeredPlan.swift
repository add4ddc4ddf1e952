import SettingDeclarations

/// The plan of a training, with what was changed on its way.
///
/// The changes are kept with the steps they were made at, so that the plan of any step is known: a
/// training that goes back and takes its steps again takes them as it did the first time.
package struct SteeredPlan: Sendable {
  /// The plan of the first step.
  package let first: TrainingPlan
  /// What was changed, in the order of the steps.
  package private(set) var changes: [SteeringChange] = []

  /// A plan that nothing was changed of.
  init(_ first: TrainingPlan) { self.first = first }

  /// The plan after `step` steps, for the one that comes next.
  package func plan(afterSteps step: Int) -> TrainingPlan {
    changes.prefix { $0.step <= step }.reduce(into: first) { plan, change in
      guard let setting = SteeringChange.settings.first(where: { $0.name == change.name }) else {
        return
      }
      // A value was looked at before it became a change.
      _ = plan.set(setting, to: change.value)
    }
  }

  /// Takes changes up that were made after `step` steps; what had been changed at later ones is no
  /// longer to come.
  mutating func take(_ new: [SteeringChange], afterSteps step: Int) {
    let names = Set(new.map(\.name))
    changes.removeAll { $0.step > step || $0.step == step && names.contains($0.name) }
    changes += new
  }
}
