package import Generation
package import Models
package import SettingDeclarations
package import Tensors
package import Training

/// The settings in force.
package struct Settings: Sendable {
  /// How models are trained.
  package var training = TrainingSettings() { didSet { sampling.seed = training.seed } }
  /// How rows become tokens.
  package var data = DataSettings()
  /// What happens beside the steps of a training.
  package var run = RunSettings()
  /// How answers are sampled; the seed is that of training.
  package var sampling = SamplingSettings()
  /// What keys and values are kept as while text is written.
  package var cache: CacheFormat = .float32
  /// What rows become while text is written, for products by weights of few bits.
  package var activations: ActivationFormat = .float
  /// Whether it is guessed how answers go on.
  package var guessesAnswers = true
  /// The names of what was set, rather than left at its default.
  private var chosen: Set<String> = []

  /// The defaults.
  package init() {}

  /// Every setting, group by group, in the order in which they are listed.
  package static let all: [Setting<Settings>] =
    TrainingSettings.all.map { $0.inside(\.training) } + DataSettings.all.map { $0.inside(\.data) }
    + RunSettings.all.map { $0.inside(\.run) } + SamplingSettings.all.map { $0.inside(\.sampling) }
    + [
      .init(
        "cache", \.cache, .choice,
        "Keys and values kept while text is written: as computed, or rounded to half the memory.",
        synonyms: ["kv_cache", "cache_type"], counts: .never),
      .init(
        "activations", \.activations, .choice,
        "What rows are while text is written with weights of 4 or 8 bits: themselves, or rounded to 8 "
          + "bits, which counts in integers, up to twice as fast; losses are never rounded.",
        synonyms: ["act_quant", "activation_dtype"], counts: .never),
      .init(
        "drafts", \.guessesAnswers, .onOff,
        "Whether it is guessed from what was written before how answers go on, and each guess checked; "
          + "the text is the same, and comes sooner where it repeats itself or its prompt.",
        synonyms: ["prompt_lookup", "speculative"], counts: .never),
    ]

  /// Returns the setting of this name; nil when there is none.
  package static func named(_ name: String) -> Setting<Settings>? { all.first { $0.name == name } }

  /// Where random numbers start.
  package var seed: UInt64 { training.seed }

  /// Whether a setting was set, by its name or as a value of its group, rather than left at its
  /// default.
  package func isChosen(_ setting: Setting<Settings>) -> Bool {
    chosen.contains(setting.name) || setting.value(in: self) != setting.value(in: Settings())
  }

  /// Sets a value; returns false, and changes nothing, for one that the setting may not have.
  package mutating func set(_ setting: Setting<Settings>, to value: SettingValue) -> Bool {
    guard setting.set(value, in: &self) else { return false }
    chosen.insert(setting.name)
    return true
  }
}

// MARK: As lines

extension Settings {
  /// What was set, as `set` takes it, such as `seed 3`: of all settings, or of those that count in
  /// loading.
  package func lines(ofLoading isOfLoading: Bool = false) -> [String] {
    lines { isChosen($0) && (!isOfLoading || $0.counts.contains(.inLoading)) }
  }

  /// What has another value than it had in `old`, as `set` takes it.
  package func lines(since old: Settings) -> [String] {
    lines { $0.value(in: self) != $0.value(in: old) }
  }

  private func lines(_ isMeant: (Setting<Settings>) -> Bool) -> [String] {
    Self.all.filter(isMeant).map { "\($0.name) \($0.value(in: self).text)" }
  }
}
