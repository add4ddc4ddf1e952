import SettingDeclarations
import Training

extension Settings {
  /// The settings that were set here, count in what a training gives, and had another value in `old`.
  func changes(since old: Settings) -> [Setting<Settings>] {
    Self.all.filter { setting in
      isChosen(setting) && !setting.counts.isDisjoint(with: [.inResult, .inRows])
        && setting.exactText(in: self) != setting.exactText(in: old)
    }
  }

  /// The settings after changes on the way of a training.
  func steered(by changes: [SteeringChange]) -> Settings {
    changes.reduce(into: self) { settings, change in
      guard let setting = Self.named(change.name) else { return }
      _ = settings.set(setting, to: change.value)
    }
  }

  /// Takes over what a training under way can be given, where it is another value in `other`.
  mutating func takeSteerable(of other: Settings) {
    for setting in SteeringChange.settings {
      guard let own = Self.named(setting.name),
        own.exactText(in: self) != own.exactText(in: other)
      else { continue }
      _ = set(own, to: own.value(in: other))
    }
  }

  /// What settings are now and were in `old`, as `set lr (0.01, was 0.001)`.
  func texts(of settings: [Setting<Settings>], since old: Settings) -> [String] {
    settings.map {
      "set \($0.name) (\($0.value(in: self).text), was \($0.value(in: old).text))"
    }
  }
}
