import Autograd
import Checkpoints
package import Datasets
import Models
package import Tensors

/// The whole state of a run in one file: weights, the optimizer's tensors, the losses so far.
///
/// One file, written whole or not at all, so that a kill at any moment leaves the last state or
/// the new one. The position in the data and every random number follow from the number of
/// finished steps, so a run that goes on from it has the bits of one that was never stopped.
package struct TrainingCheckpoint {
  private let path: String
  private let lock: FolderLock
  /// What the run is: settings, data and first weights, by name.
  private let identity: [String: String]

  /// The version of the file's layout and of the arithmetic behind it.
  private static let version = "4"
  /// Where the file keeps the SHA-256 of its tensors: a flipped bit would otherwise train on.
  private static let hashKey = "sha256"
  private static let lossesName = "losses"
  /// Where the file keeps what was asked for, for those who go on without the command at hand.
  private static let requestKey = "request"
  /// What names of tensors begin with that are the caller's.
  private static let watchPrefix = "watch/"
  /// What was asked for, in the caller's words.
  private let request: String
  /// Where the file keeps the hash of the rows of dev.
  private static let devKey = "dev"
  private static let versionKey = "tunebook"
  private let devHash: String
  private let decisions: Decisions

  /// What decides when a training ends and which weights stay, beside its plan.
  package struct Decisions: Sendable {
    /// Whether the rows of dev do.
    let byDev: Bool
    /// The rest, by name.
    let fields: [String: String]

    /// What decides; nothing beside the plan unless it is given.
    package init(byDev: Bool = false, fields: [String: String] = [:]) {
      (self.byDev, self.fields) = (byDev, fields)
    }
  }

  /// Prepares to keep checkpoints of `trainer`, which has not begun, in `folder`.
  ///
  /// `request` is kept with it as it is, for ``request(inFolder:)``; `dev` are the rows that are
  /// measured on the way.
  ///
  /// - Throws: ``TrainingError/inUse(path:)`` while another training keeps its state there,
  ///   ``TrainingError/file(_:)`` when the folder cannot be made.
  package init(
    folder: String, trainer: Trainer, examples: [EncodedExample], dev: [EncodedExample] = [],
    decisions: Decisions = Decisions(), request: String = ""
  ) throws(TrainingError) {
    self.request = request
    self.decisions = decisions
    devHash = Self.hash(of: dev)
    path = folder + "/state.safetensors"
    try Self.files { () throws(CheckpointError) in try makeFolder(folder) }
    lock = try FolderLock(folder: folder)
    var identity = [Self.versionKey: Self.version].merging(decisions.fields) { $1 }
    for field in trainer.plan.identity { identity["set " + field.name] = field.value }
    identity["data"] = Self.hash(of: examples)
    let trained = Set(trainer.parameters.map(\.name))
    let frozen = trainer.model.parameters.filter { !trained.contains($0.name) }
    identity["model"] = Self.hash(of: (frozen + trainer.parameters).map(\.weights))
    for field in trainer.model.config.identity { identity["config " + field.name] = field.value }
    self.identity = identity
  }

  /// What the run that keeps its state in `folder` was asked for; nil when there is no state.
  package static func request(inFolder folder: String) throws(TrainingError) -> String? {
    let path = folder + "/state.safetensors"
    guard fileExists(path) else { return nil }
    return try reading { () throws(CheckpointError) in try Safetensors(path: path) }
      .metadata[requestKey]
  }

  /// Writes the state of `trainer`, and tensors of the caller's with it.
  package func save(
    _ trainer: Trainer, watched: [(name: String, tensor: Tensor)] = []
  ) throws(TrainingError) {
    let device = trainer.device
    let losses = Tensor(trainer.losses, shape: [trainer.losses.count], on: device)
    let own = watched.map { (name: Self.watchPrefix + $0.name, tensor: $0.tensor) }
      .sorted { $0.name < $1.name }
    let tensors = Self.state(of: trainer) + [(name: Self.lossesName, tensor: losses)] + own
    var metadata = identity
    metadata[Self.requestKey] = request
    metadata[Self.devKey] = devHash
    metadata[Self.hashKey] = Self.hash(of: tensors.map(\.tensor))
    let byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
    try Self.files { () throws(CheckpointError) in
      _ = try Safetensors.write(byName, as: .float32, to: path, metadata: metadata)
    }
  }

  /// Puts `trainer` where the file stands, and hands over the caller's tensors, with whether the
  /// rows of dev are still those they were measured on; returns false when there is no file.
  ///
  /// - Throws: ``TrainingError/otherCheckpoint(path:differences:)`` when the file is of a run with
  ///   other settings, data or first weights; ``TrainingError/badCheckpoint(_:)``.
  package func restore(
    _ trainer: Trainer,
    watched: ([(name: String, tensor: Tensor)], _ isSameDev: Bool) -> Void = { _, _ in }
  ) throws(TrainingError) -> Bool {
    guard fileExists(path) else { return false }
    let file = try Self.reading { () throws(CheckpointError) in try Safetensors(path: path) }
    let differences = differences(from: file.metadata)
    guard differences.isEmpty else {
      throw .otherCheckpoint(path: path, differences: differences)
    }
    let isSameDev = file.metadata[Self.devKey] == devHash
    watched(
      try Self.reading { () throws(CheckpointError) in try load(file, into: trainer) }, isSameDev)
    return true
  }

  /// The names of what is not as it was when the file was written, sorted.
  private func differences(from found: [String: String]) -> [String] {
    // Another version's fields would all differ, and say nothing.
    guard found[Self.versionKey] == Self.version else {
      return ["the version of ft that wrote it"]
    }
    var names = Set(identity.keys).union(found.keys)
      .subtracting([Self.hashKey, Self.requestKey, Self.devKey])
      .filter { identity[$0] != found[$0] }
    if decisions.byDev, found[Self.devKey] != devHash { names.insert(Self.devKey) }
    // What no name is known for counts alone: mostly it follows from a key that is named.
    let others = names.filter { $0.hasPrefix("config ") }
    if others.count > 1 { names.remove("config other") }
    return names.sorted()
  }

  /// Reads everything before it changes anything: a damaged file leaves the run as it was.
  private func load(
    _ file: Safetensors, into trainer: Trainer
  ) throws(CheckpointError) -> [(name: String, tensor: Tensor)] {
    let state = Self.state(of: trainer)
    var saved: [Tensor] = []
    let device = trainer.device
    for (name, tensor) in state {
      saved.append(try file.tensor(named: name, shape: tensor.shape, on: device))
    }
    let losses = try file.tensor(named: Self.lossesName, on: device)
    var watched: [(name: String, tensor: Tensor)] = []
    for name in file.names where name.hasPrefix(Self.watchPrefix) {
      watched.append(
        (
          String(name.dropFirst(Self.watchPrefix.count)),
          try file.tensor(named: name, on: device)
        ))
    }
    let hash = Self.hash(of: saved + [losses] + watched.map(\.tensor))
    guard hash == file.metadata[Self.hashKey] else {
      throw .damaged(path: path, hash: hash, expected: file.metadata[Self.hashKey] ?? "none")
    }
    for ((_, tensor), value) in zip(state, saved) { tensor.assign(value) }
    for parameter in trainer.parameters { parameter.noteChange() }
    trainer.goOn(after: losses.values)
    return watched
  }

  /// The tensors that a run's state is in, but for its losses, in a fixed order.
  private static func state(of trainer: Trainer) -> [(name: String, tensor: Tensor)] {
    trainer.parameters.map { (name: "weight/" + $0.name, tensor: $0.value) }
      + trainer.optimizer.namedStates
  }

  /// The hash of what is trained on: every token, and whether it is trained; and prompts of their own,
  /// with where they end.
  private static func hash(of examples: [EncodedExample]) -> String {
    let hash = ContentHash()
    for example in examples {
      example.ids.withUnsafeBytes { hash.add($0) }
      // Safety: `Bool` is one byte of 0 or 1.
      example.lossMask.withUnsafeBytes { hash.add($0) }
      add(example.goal, to: hash)
      guard !example.prompt.isEmpty else { continue }
      (example.prompt + [-1]).withUnsafeBytes { hash.add($0) }
    }
    return hash.text
  }

  /// Adds what is wanted of a row beside that its tokens are written: the other answer, or the verdict.
  private static func add(_ goal: EncodedExample.Goal, to hash: ContentHash) {
    switch goal {
    case .written: break
    case .preferred(let other):
      (other.ids + [-2]).withUnsafeBytes { hash.add($0) }
      other.lossMask.withUnsafeBytes { hash.add($0) }
    case .verdict(let isGood, _): [Int32(isGood ? -3 : -4)].withUnsafeBytes { hash.add($0) }
    }
  }

  private static func hash(of tensors: [Tensor]) -> String {
    hash(of: tensors.map(Weights.dense))
  }

  /// The hash of the numbers, whatever they are kept as; packed ones are copied one at a time.
  private static func hash(of weights: [Weights]) -> String {
    let hash = ContentHash()
    for tensor in weights.lazy.map(\.tensor) {
      tensor.withHostBytes { hash.add($0) }
    }
    return hash.text
  }

  private static func reading<Result>(
    _ body: () throws(CheckpointError) -> Result
  ) throws(TrainingError) -> Result {
    do throws(CheckpointError) { return try body() } catch { throw .badCheckpoint(error) }
  }

  private static func files<Result>(
    _ body: () throws(CheckpointError) -> Result
  ) throws(TrainingError) -> Result {
    do throws(CheckpointError) { return try body() } catch { throw .file(error) }
  }
}
