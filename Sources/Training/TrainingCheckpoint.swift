import Autograd
import Checkpoints
package import Datasets
import Models
package import Tensors
import Workers

/// The whole state of a run, a file a checkpoint: weights, the optimizer's tensors, the losses so far.
///
/// Each is written whole or not at all, and the ones before stay until it is, so that a kill at any
/// moment leaves the last state or the new one. The position in the data and every random number
/// follow from the number of finished steps, so a run that goes on from it has the bits of one that
/// was never stopped.
package struct TrainingCheckpoint {
  let states: StateFolder
  /// How many of the latest states are kept.
  let keptCount: Int
  private let folder: Folder

  /// What changes of it between steps.
  private final class Folder {
    /// Whether this process writes it: of several workers the first.
    let isWritten: Bool
    /// The right to the folder; nil while no training of it runs.
    var lock: FolderLock?
    /// The steps of states that were found damaged: they go with the next save.
    var damaged: Set<Int> = []

    init(isWritten: Bool) { self.isWritten = isWritten }
  }

  /// What the run is: settings, data and first weights, by name.
  let identity: [String: String]

  /// The version of the file's layout and of the arithmetic behind it.
  static let version = "5"
  private static let lossesName = "losses"
  /// Where the file keeps what was asked for, for those who go on without the command at hand.
  static let requestKey = "request"
  /// What names of tensors begin with that are the caller's.
  private static let watchPrefix = "watch/"
  /// What was asked for, in the caller's words.
  private let request: String
  /// Where the file keeps the hash of the rows of dev.
  static let devKey = "dev"
  static let versionKey = "tunebook"
  /// Where the file keeps what was changed on the run's way.
  static let steeringKey = "steering"
  let devHash: String
  let decisions: Decisions

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
  /// measured on the way; `keptCount` is how many of the latest checkpoints stay.
  ///
  /// - Throws: ``TrainingError/inUse(path:)`` while another training keeps its state there,
  ///   ``TrainingError/file(_:)`` when the folder cannot be made.
  package init(
    folder: String, trainer: Trainer, examples: [EncodedExample], dev: [EncodedExample] = [],
    decisions: Decisions = Decisions(), request: String = "", keptCount: Int = 2
  ) throws(TrainingError) {
    self.request = request
    self.keptCount = keptCount
    self.decisions = decisions
    devHash = Self.hash(of: dev)
    states = StateFolder(path: folder)
    self.folder = Folder(isWritten: trainer.team?.isFirst ?? true)
    if self.folder.isWritten {
      try Self.files { () throws(CheckpointError) in try makeFolder(folder) }
      self.folder.lock = try FolderLock(folder: folder)
      states.cleanUp()
    }
    identity = Self.identity(of: trainer, examples: examples, decisions)
  }

  /// What the run that keeps its state in `folder` was asked for; nil when there is no state.
  package static func request(inFolder folder: String) throws(TrainingError) -> String? {
    let states = StateFolder(path: folder)
    guard let step = try latest(states).step else { return nil }
    return try reading { () throws(CheckpointError) in try Safetensors(path: states.file(of: step))
    }
    .metadata[requestKey]
  }

  /// What was changed on the way of the run that keeps its state in `folder`; empty when nothing was.
  package static func changes(
    inFolder folder: String
  ) throws(TrainingError) -> [SteeringChange] {
    let states = StateFolder(path: folder)
    guard let step = try latest(states).step else { return [] }
    let path = states.file(of: step)
    return try changes(
      try reading { () throws(CheckpointError) in try Safetensors(path: path) }, path: path)
  }

  private static func changes(
    _ file: Safetensors, path: String
  ) throws(TrainingError) -> [SteeringChange] {
    guard let changes = SteeringChange.read(file.metadata[steeringKey] ?? "") else {
      throw .otherCheckpoint(path: path, differences: ["what was set on its way"])
    }
    return changes
  }

  /// Whether this process writes it: of several workers the first.
  var isWritten: Bool { folder.isWritten }

  // MARK: The right to the folder

  /// Lets others keep their state in the folder, until ``hold()``.
  package func release() { folder.lock = nil }

  /// Takes the folder again for a run that goes on in this process.
  ///
  /// - Throws: ``TrainingError/inUse(path:)`` while another training keeps its state there.
  package func hold() throws(TrainingError) {
    guard folder.isWritten, folder.lock == nil else { return }
    folder.lock = try FolderLock(folder: states.path)
  }

  /// The latest whole state of a folder.
  ///
  /// - Throws: ``TrainingError/badCheckpoint(_:)`` when there are states and none is whole,
  ///   ``TrainingError/otherCheckpoint(path:differences:)`` for one of an early version.
  private static func latest(_ states: StateFolder) throws(TrainingError) -> StateFolder.Latest {
    let latest = try reading { () throws(CheckpointError) in try states.latest() }
    if latest.step == nil, let problem = latest.problem { throw .badCheckpoint(problem) }
    let early = states.path + "/state.safetensors"
    guard latest.step != nil || !latest.broken.isEmpty || !fileExists(early) else {
      throw .otherCheckpoint(path: early, differences: ["the version of ft that wrote it"])
    }
    return latest
  }

  /// Writes the state of `trainer`, and tensors of the caller's with it; then the states before go,
  /// but for the latest and that of `bestStep`.
  ///
  /// Of several workers all call it: each brings what it keeps, and the first one writes.
  package func save(
    _ trainer: Trainer, watched: [(name: String, tensor: Tensor)] = [], bestStep: Int? = nil
  ) throws(TrainingError) {
    let states = trainer.optimizer.gatheredStates
    guard trainer.team?.isFirst ?? true else { return }
    let device = trainer.device
    let losses = Tensor(trainer.losses, shape: [trainer.losses.count], on: device)
    let own = watched.map { (name: Self.watchPrefix + $0.name, tensor: $0.tensor) }
      .sorted { $0.name < $1.name }
    let tensors =
      Self.weights(of: trainer) + states + [(name: Self.lossesName, tensor: losses)] + own
    var metadata = identity
    metadata[Self.requestKey] = request
    metadata[Self.devKey] = devHash
    let changes = trainer.steered.changes
    metadata[Self.steeringKey] = changes.isEmpty ? nil : SteeringChange.text(changes)
    let byName = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
    let step = trainer.finishedSteps
    let latest = self.states.steps.filter { $0 < step && !folder.damaged.contains($0) }
      .suffix(keptCount - 1)
    try Self.files { () throws(CheckpointError) in
      // Between the two writes the list would be that of another file.
      self.states.reopen(step)
      let sha256 = try Safetensors.write(
        byName, as: .float32, to: self.states.file(of: step), metadata: metadata)
      try self.states.finish(step, sha256: sha256)
    }
    self.states.keep(Set(latest + [step, bestStep ?? step]))
  }

  /// What was taken up of the folder's states.
  package struct Restored: Hashable, Sendable {
    /// The steps of later states that are damaged, or were never finished; the latest first.
    package let broken: [Int]
    /// What is not as it was when the state was written: empty unless the caller allowed it.
    package let differences: [String]
  }

  /// Puts `trainer` where the latest whole state stands, and hands over the caller's tensors, with
  /// whether the rows of dev are still those they were measured on; returns nil when there is none.
  ///
  /// With `allowsDifferences` a state of other settings or data is taken up all the same.
  ///
  /// - Throws: ``TrainingError/otherCheckpoint(path:differences:)`` when the file is of a run with
  ///   other settings, data or first weights; ``TrainingError/badCheckpoint(_:)``.
  package func restore(
    _ trainer: Trainer, allowsDifferences: Bool = false,
    watched: ([(name: String, tensor: Tensor)], _ isSameDev: Bool) -> Void = { _, _ in }
  ) throws(TrainingError) -> Restored? {
    let latest = try Self.latest(states)
    try TrainingError.ofWorkers { () throws(WorkersError) in
      try trainer.team?.checkSame(
        [(name: "the state in \(states.path)", value: latest.step.map { "step \($0)" } ?? "none")])
    }
    guard let step = latest.step else { return nil }
    folder.damaged = Set(latest.broken)
    let path = states.file(of: step)
    let file = try Self.reading { () throws(CheckpointError) in try Safetensors(path: path) }
    let differences = differences(from: file.metadata)
    guard differences.isEmpty || allowsDifferences && isReadable(file.metadata) else {
      throw .otherCheckpoint(path: path, differences: differences)
    }
    let changes = try Self.changes(file, path: path)
    let isSameDev = file.metadata[Self.devKey] == devHash
    watched(
      try Self.reading { () throws(CheckpointError) in try load(file, into: trainer) }, isSameDev)
    trainer.steer(changes)
    return Restored(broken: latest.broken, differences: differences)
  }

  /// Reads everything before it changes anything: a damaged file leaves the run as it was.
  private func load(
    _ file: Safetensors, into trainer: Trainer
  ) throws(CheckpointError) -> [(name: String, tensor: Tensor)] {
    let state = Self.weights(of: trainer) + trainer.optimizer.namedStates
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
    for ((_, tensor), value) in zip(state, saved) { tensor.assign(value) }
    for parameter in trainer.parameters { parameter.noteChange() }
    trainer.goOn(after: losses.values)
    return watched
  }

  /// The weights that a run's state has beside what the optimizer keeps, in a fixed order.
  private static func weights(of trainer: Trainer) -> [(name: String, tensor: Tensor)] {
    trainer.parameters.map { (name: "weight/" + $0.name, tensor: $0.value) }
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
