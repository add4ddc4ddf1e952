import Objectives
import SettingDeclarations

extension TrainingPlan {
  /// Everything of the plan that its result depends on, by name: what a checkpoint must agree with.
  ///
  /// Of the settings it is what their declarations say; the rest of the plan follows from them, or
  /// is named here.
  package var identity: [(name: String, value: String)] {
    let settings = definiteSettings
    // A state from before beginnings could be shared says nothing of it, and means that none are.
    return [("length", length.exactText), ("epsilon", "\(epsilon)")]
      + TrainingSettings.all.filter { $0.countsInResult(of: settings) }
      .filter { sharesPrefixes || $0.name != "share_prefixes" }
      .map { ($0.name, $0.exactText(in: settings)) }
  }

  /// The settings with what was left open in them as the plan has it.
  package var definiteSettings: TrainingSettings {
    var definite = settings
    definite.learningRate = learningRate
    definite.objective.beta = settings.objective.definiteBeta
    definite.beta2 = beta2
    definite.sharesPrefixes = sharesPrefixes
    return definite
  }
}
