import Autograd
import Checkpoints
package import Datasets
import Models
import Tensors

/// The whole state of a run in one file: weights, both moments of each, the losses so far.
///
/// One file, written whole or not at all, so that a kill at any moment leaves the last state or
/// the new one. The position in the data and every random number follow from the number of
/// finished steps, so a run that goes on from it has the bits of one that was never stopped.
package struct TrainingCheckpoint {
  private let path: String
  /// What the run is: settings, data and first weights, by name.
  private let identity: [String: String]

  /// The version of the file's layout.
  private static let version = "1"

  /// Prepares to keep checkpoints of `trainer`, which has not begun, in `folder`.
  ///
  /// - Throws: ``TrainingError/file(_:)`` when the folder cannot be made.
  package init(folder: String, trainer: Trainer, examples: [EncodedExample]) throws(TrainingError) {
    path = folder + "/state.safetensors"
    try Self.files { () throws(CheckpointError) in try makeFolder(folder) }
    var identity = ["tunebook": Self.version]
    for field in trainer.plan.fields { identity["set " + field.name] = field.value }
    identity["data"] = Self.hash(of: examples)
    let trained = Set(trainer.parameters.map(\.name))
    let frozen = trainer.model.parameters.filter { !trained.contains($0.name) }
    identity["model"] = Self.hash(of: frozen + trainer.parameters)
    self.identity = identity
  }

  /// Writes the state of `trainer`.
  package func save(_ trainer: Trainer) throws(TrainingError) {
    var tensors = ["losses": Tensor(trainer.losses, shape: [trainer.losses.count])]
    for (parameter, moments) in zip(trainer.parameters, trainer.optimizer.moments) {
      tensors["weight/" + parameter.name] = parameter.value
      tensors["first/" + parameter.name] = moments.first
      tensors["second/" + parameter.name] = moments.second
    }
    try Self.files { () throws(CheckpointError) in
      _ = try Safetensors.write(tensors, as: .float32, to: path, metadata: identity)
    }
  }

  /// Puts `trainer` where the file stands; returns false when there is no file.
  ///
  /// - Throws: ``TrainingError/otherCheckpoint(path:differences:)`` when the file is of a run with
  ///   other settings, data or first weights; ``TrainingError/file(_:)``.
  package func restore(_ trainer: Trainer) throws(TrainingError) -> Bool {
    guard fileExists(path) else { return false }
    let file = try Self.files { () throws(CheckpointError) in try Safetensors(path: path) }
    let differences = Set(identity.keys).union(file.metadata.keys)
      .filter { identity[$0] != file.metadata[$0] }.sorted()
    guard differences.isEmpty else {
      throw .otherCheckpoint(path: path, differences: differences)
    }
    try Self.files { () throws(CheckpointError) in try load(file, into: trainer) }
    return true
  }

  /// Reads everything before it changes anything: a damaged file leaves the run as it was.
  private func load(_ file: Safetensors, into trainer: Trainer) throws(CheckpointError) {
    var weights: [Tensor] = []
    var moments: [(first: Tensor, second: Tensor)] = []
    for parameter in trainer.parameters {
      let (name, shape) = (parameter.name, parameter.value.shape)
      weights.append(try file.tensor(named: "weight/" + name, shape: shape))
      moments.append(
        (
          first: try file.tensor(named: "first/" + name, shape: shape),
          second: try file.tensor(named: "second/" + name, shape: shape)
        ))
    }
    let losses = try file.tensor(named: "losses").values
    for (parameter, weight) in zip(trainer.parameters, weights) { parameter.value.assign(weight) }
    trainer.optimizer.restore(stepCount: losses.count, moments: moments)
    trainer.skip(losses: losses)
  }

  /// The hash of what is trained on: every token, and whether it is trained.
  private static func hash(of examples: [EncodedExample]) -> String {
    let hash = ContentHash()
    for example in examples {
      example.ids.withUnsafeBytes { hash.add($0) }
      // Safety: `Bool` is one byte of 0 or 1.
      example.lossMask.withUnsafeBytes { hash.add($0) }
    }
    return hash.text
  }

  private static func hash(of parameters: [Parameter]) -> String {
    let hash = ContentHash()
    for parameter in parameters {
      withExtendedLifetime(parameter) {
        // Safety: the tensor holds `count` floats and lives through the call.
        hash.add(
          UnsafeRawBufferPointer(start: parameter.value.data, count: parameter.value.count * 4))
      }
    }
    return hash.text
  }

  private static func files<Result>(
    _ body: () throws(CheckpointError) -> Result
  ) throws(TrainingError) -> Result {
    do throws(CheckpointError) { return try body() } catch { throw .file(error) }
  }
}
