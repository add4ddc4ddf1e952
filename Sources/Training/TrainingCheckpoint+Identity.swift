import Autograd
import Checkpoints
package import Datasets
import Models
import Tensors
import Workers

/// What a training is, by name: what a checkpoint must agree with, and the workers with each other.
extension TrainingCheckpoint {
  /// Checks that the workers of a trainer's team are about to train the same.
  ///
  /// - Throws: ``TrainingError/workers(_:)``, at all of them.
  package static func checkWorkers(
    of trainer: Trainer, examples: [EncodedExample], dev: [EncodedExample], decisions: Decisions
  ) throws(TrainingError) {
    guard let team = trainer.team else { return }
    var fields = identity(of: trainer, examples: examples, decisions)
    fields[devKey] = hash(of: dev)
    try TrainingError.ofWorkers { () throws(WorkersError) in
      try team.checkSame(fields.map { (name: $0.key, value: $0.value) })
    }
  }

  /// What the training is: settings, data and first weights, by name.
  package static func identity(
    of trainer: Trainer, examples: [EncodedExample], _ decisions: Decisions
  ) -> [String: String] {
    var identity = [versionKey: version].merging(decisions.fields) { $1 }
    for field in trainer.plan.identity { identity["set " + field.name] = field.value }
    identity["data"] = hash(of: examples)
    let trained = Set(trainer.parameters.map(\.name))
    let frozen = trainer.model.parameters.filter { !trained.contains($0.name) }
    identity["model"] = hash(of: (frozen + trainer.parameters).map(\.weights))
    for field in trainer.model.config.identity { identity["config " + field.name] = field.value }
    return identity
  }

  /// The hash of where a training is, beside its weights: the optimizer's state, and the losses so far.
  package static func hash(ofProgress trainer: Trainer) -> String {
    let hash = ContentHash()
    for (_, tensor) in trainer.optimizer.namedStates { tensor.withHostBytes { hash.add($0) } }
    trainer.losses.withUnsafeBytes { hash.add($0) }
    return hash.text
  }

  func isReadable(_ found: [String: String]) -> Bool {
    found[Self.versionKey] == Self.version
  }

  /// What is not as it was when the file was written, by name, sorted; of settings with both values.
  func differences(from found: [String: String]) -> [String] {
    // Another version's fields would all differ, and say nothing.
    guard isReadable(found) else {
      return ["the version of ft that wrote it"]
    }
    var names = Set(identity.keys).union(found.keys)
      .subtracting([Self.requestKey, Self.devKey, Self.steeringKey])
      .filter { identity[$0] != found[$0] }
    if decisions.byDev, found[Self.devKey] != devHash { names.insert(Self.devKey) }
    // What no name is known for counts alone: mostly it follows from a key that is named.
    let others = names.filter { $0.hasPrefix("config ") }
    if others.count > 1 { names.remove("config other") }
    return names.sorted().map { name in
      guard name.hasPrefix("set "), let now = identity[name], let then = found[name] else {
        return name
      }
      return "\(name) (\(now), was \(then))"
    }
  }

  /// The hash of what is trained on: every token, and whether it is trained; and prompts of their own,
  /// with where they end.
  package static func hash(of examples: [EncodedExample]) -> String {
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

  /// Adds what is wanted of a row beside that its tokens are written: the other answer, the verdict, the label or
  /// the other texts.
  private static func add(_ goal: EncodedExample.Goal, to hash: ContentHash) {
    switch goal {
    case .written: break
    case .preferred(let other):
      (other.ids + [-2]).withUnsafeBytes { hash.add($0) }
      other.lossMask.withUnsafeBytes { hash.add($0) }
    case .verdict(let isGood, _): [Int32(isGood ? -3 : -4)].withUnsafeBytes { hash.add($0) }
    case .label(.one(let place)): [-5, Int32(place)].withUnsafeBytes { hash.add($0) }
    case .label(.several(let places)):
      ([-6] + places.map(Int32.init)).withUnsafeBytes { hash.add($0) }
    case .label(.number(let number)): [number].withUnsafeBytes { hash.add($0) }
    case .match(let positive, let negatives):
      for text in [positive] + negatives { (text + [-7]).withUnsafeBytes { hash.add($0) } }
    case .alike(let other, let score):
      (other + [-8]).withUnsafeBytes { hash.add($0) }
      [score].withUnsafeBytes { hash.add($0) }
    }
  }

  /// The hash of the numbers, whatever they are kept as; packed ones are copied one at a time.
  static func hash(of weights: [Weights]) -> String {
    let hash = ContentHash()
    for tensor in weights.lazy.map(\.tensor) {
      tensor.withHostBytes { hash.add($0) }
    }
    return hash.text
  }
}
