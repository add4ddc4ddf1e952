import Autograd
import Checkpoints
import SettingDeclarations
import Tensors
import Training

/// What a session was at one moment, to go back to.
///
/// `@unchecked Sendable`: only the session's own thread looks inside; to others it is a token.
package struct SessionSnapshot: @unchecked Sendable {
  fileprivate let settings: Settings
  fileprivate let data: [LoadedData]
  fileprivate let earlierData: [[LoadedData]]
  fileprivate let model: LoadedModel?
  fileprivate let training: LoadedModel.Snapshot?
  fileprivate let lastRun: RunSummary?
  fileprivate let provenance: Provenance
}

extension Session {
  /// Notes what the session is now; trained weights are copied, all else is shared.
  package func snapshot() -> SessionSnapshot {
    SessionSnapshot(
      settings: settings, data: data, earlierData: earlierData, model: model,
      training: model?.snapshot(), lastRun: lastRun, provenance: provenance)
  }

  /// Goes back to what the session was.
  ///
  /// - Throws: `ModelError` when all weights were trained since and those before are gone.
  package func restore(_ snapshot: SessionSnapshot) throws(ModelError) {
    settings = snapshot.settings
    outerSettings = []
    replaceData(snapshot.data, earlier: snapshot.earlierData)
    model = snapshot.model
    // Weights of another moment are not those that it would go on from.
    (live, branches) = (nil, BranchShelf())
    if let training = snapshot.training { try model?.restore(training) }
    lastRun = snapshot.lastRun
    provenance = snapshot.provenance
  }
}

extension Session {
  /// Hashes what commands work on: settings, data by name and size, and what training made.
  package func fingerprint() -> String {
    let hash = ContentHash()
    var facts = Settings.all.map { "\($0.name) \($0.value(in: settings).text)" }
    facts += data.map { "\($0.name) \($0.train.count) \($0.dev.count) \($0.test.count)" }
    facts.append(model?.name ?? "")
    Array(facts.joined(separator: "\n").utf8).withUnsafeBytes { hash.add($0) }
    for parameter in model?.trainedParameters ?? [] {
      parameter.weights.tensor.withHostBytes { hash.add($0) }
    }
    return hash.text
  }
}
