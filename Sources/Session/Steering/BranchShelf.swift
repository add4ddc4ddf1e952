import Datasets
import Training

/// What training made of the model, under several names; one of them is what the model is now.
struct BranchShelf {
  /// What training had made of the model.
  struct Branch {
    let model: LoadedModel.Snapshot
    /// What the model said of preferences before it was trained on them.
    let references: References
    /// The training that led to it, with its state then.
    let training: (live: LiveTraining, state: LiveTraining.State)?
    let lastRun: RunSummary?
    let settings: Settings
  }

  /// The name of what was there before any branch.
  static let firstName = "main"

  /// The name of what the model is now.
  var current = firstName
  /// The others, in the order of their making.
  private(set) var others: [(name: String, branch: Branch)] = []

  /// All names, the current one where it was made last.
  var names: [String] { others.map(\.name) + [current] }

  /// Keeps a branch under a name.
  mutating func keep(_ branch: Branch, as name: String) {
    _ = take(name)
    others.append((name, branch))
  }

  /// Takes a branch out; nil when there is none of that name.
  mutating func take(_ name: String) -> Branch? {
    guard let place = others.firstIndex(where: { $0.name == name }) else { return nil }
    return others.remove(at: place).branch
  }
}
