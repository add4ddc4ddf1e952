import Adapters
import Objectives
import SettingDeclarations
import TestSupport
import Testing
import Training

/// What a checkpoint compares of a plan is what decides the result, and no more.
@Suite("The identity of a plan") struct PlanIdentityTests {
  private typealias Identity = [String: String]

  private static func identity(_ plan: TrainingPlan) -> Identity {
    Dictionary(uniqueKeysWithValues: plan.identity.map { ($0.name, $0.value) })
  }

  private static func identity(_ settings: TrainingSettings) -> Identity {
    identity(TrainingPlan(settings, length: .epochs(2), hiddenSize: 64))
  }

  /// The names of what is not the same in both.
  private static func differences(_ one: Identity, _ other: Identity) -> Set<String> {
    Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }
  }

  /// The settings with another value of one.
  private static func changed(
    _ setting: Setting<TrainingSettings>, from settings: TrainingSettings = TrainingSettings()
  ) throws -> TrainingSettings {
    var changed = settings
    let value = try #require(
      setting.otherValue(than: settings), "no other \(setting.name) is known")
    let isTaken = setting.set(value, in: &changed)
    #expect(isTaken)
    return changed
  }

  /// Settings of what is taught, which count where something else than answers is.
  private static let ofObjectives = [
    "objective", "beta", "smoothing", "gamma", "good_weight", "bad_weight", "label_kind",
    "label_weights", "scale", "widths", "teacher",
    "distil_temperature",
  ]

  @Test(
    "settings of an objective are part of it where it is taught", arguments: ObjectiveKind.allCases)
  func objectives(kind: ObjectiveKind) throws {
    var settings = TrainingSettings()
    settings.objective.kind = kind
    let counting: Set<String> =
      switch kind {
      case .supervised: []
      case .dpo: ["objective", "beta", "smoothing"]
      case .ipo, .orpo: ["objective", "beta"]
      case .simpo: ["objective", "beta", "smoothing", "gamma"]
      case .kto: ["objective", "beta", "good_weight", "bad_weight"]
      case .classify: ["objective", "label_kind", "label_weights"]
      case .distil: ["objective", "teacher", "distil_temperature"]
      case .retrieve: ["objective", "scale", "widths"]
      case .similarity: ["objective"]
      }
    #expect(Set(Self.identity(settings).keys).intersection(Self.ofObjectives) == counting)
    for setting in TrainingSettings.all
    where counting.contains(setting.name) && setting.name != "objective" {
      let changed = Self.identity(try Self.changed(setting, from: settings))
      #expect(Self.differences(Self.identity(settings), changed) == [setting.name])
    }
  }

  @Test("a setting is part of it just when its declaration says so")
  func settings() throws {
    let first = Self.identity(TrainingSettings())
    for setting in TrainingSettings.all where !Self.ofObjectives.contains(setting.name) {
      let found = Self.differences(first, Self.identity(try Self.changed(setting)))
      // The automatic rate follows from the method and the optimizer.
      #expect(found.subtracting(["lr"]).isSubset(of: [setting.name]))
      #expect(found.contains(setting.name) == setting.counts.contains(.inResult))
    }
  }

  @Test("without an adapter its shape is no part of it") func noAdapter() throws {
    var full = TrainingSettings()
    full.adapter = .none
    let first = Self.identity(full)
    for setting in TrainingSettings.all where !Self.ofObjectives.contains(setting.name) {
      let isOfShape = ["rank", "alpha", "dropout", "rslora", "targets"].contains(setting.name)
      let found = Self.differences(first, Self.identity(try Self.changed(setting, from: full)))
      #expect(found.contains(setting.name) == (setting.counts.contains(.inResult) && !isOfShape))
    }
  }

  @Test("what is left open counts as what was chosen for it") func automatic() {
    let found = Self.identity(TrainingSettings())
    var typed = TrainingSettings()
    (typed.learningRate, typed.beta2) = (automaticRate(hiddenSize: 64, trainsAll: false), 0.999)
    #expect(Self.identity(typed) == found)
    #expect(found["beta2"] == "0.999" && found["lr"].flatMap(Double.init) == typed.learningRate)
  }

  @Test("length and targets are in texts of our own") func texts() {
    var settings = TrainingSettings()
    #expect(Self.identity(settings)["length"] == "epochs 2")
    #expect(Self.identity(settings)["targets"] == "all")
    settings.lowRank.targets = .named(["q_proj", "v_proj"])
    #expect(Self.identity(settings)["targets"] == "named q_proj, v_proj")
  }

  // MARK: Nothing is forgotten

  /// The stored properties of a value and of the structures in it, each as text.
  private static func properties(_ value: Any, _ path: String = "") -> [String: String] {
    let mirror = Mirror(reflecting: value)
    guard mirror.displayStyle == .struct else { return [path: "\(value)"] }
    return mirror.children.reduce(into: [:]) { found, child in
      let name = child.label ?? "?"
      found.merge(properties(child.value, path.isEmpty ? name : "\(path).\(name)")) { $1 }
    }
  }

  @Test("every property of the settings is that of a declaration") func declared() throws {
    let first = Self.properties(TrainingSettings())
    var reached: Set<String> = []
    for setting in TrainingSettings.all {
      let changed = Self.properties(try Self.changed(setting))
      reached.formUnion(first.keys.filter { first[$0] != changed[$0] })
    }
    reached.formUnion(["hasAdapter"])
    #expect(reached == Set(first.keys))
  }

  /// Every property that a plan has beside its settings, with whether it counts.
  static let ownProperties:
    [(name: String, counts: Bool, change: @Sendable (inout TrainingPlan) -> Void)] = [
      ("length", true, { $0.length = .steps(3) }),
      ("learningRate", true, { $0.learningRate = 0.5 }),
      ("beta2", true, { $0.beta2 = 0.5 }), ("epsilon", true, { $0.epsilon = 1 }),
      ("usualRate", false, { $0.usualRate = 0.5 }),
      ("recomputes", false, { $0.recomputes = true }),
      ("sharesPrefixes", true, { $0.sharesPrefixes = true }),
    ]

  @Test("every other property of a plan is part of it, or is known to change nothing")
  func others() {
    let plan = TrainingPlan()
    let names = Self.properties(plan).keys.filter { !$0.hasPrefix("settings.") }
    #expect(Set(names) == Set(Self.ownProperties.map(\.name)))
    for property in Self.ownProperties {
      var changed = plan
      property.change(&changed)
      #expect((Self.identity(changed) != Self.identity(plan)) == property.counts)
      #expect(Self.properties(changed)[property.name] != Self.properties(plan)[property.name])
    }
  }

  @Test("the shape of an adapter is kept while there is none") func keptShape() {
    var settings = TrainingSettings()
    settings.lowRank.rank = 5
    settings.adapter = .none
    #expect(settings.method == .full)
    settings.adapter = .dora
    #expect(settings.method == .lowRank(LowRankSettings(rank: 5, isDecomposed: true)))
  }
}
