package import Tensors

/// A named tensor that a model learns, with what its gradient is gathered in.
///
/// While it is frozen its weights may be packed, and in fewer bits; to be trained they have to be
/// a tensor. A ``WeightChange`` may put others in their place.
///
/// A parameter may be used several times in a model (an embedding tied to the output head, blocks that
/// share their weights). Each use gathers into a tensor of its own, and ``collectGradient()`` joins
/// them once a step: were they mixed, the order of additions, and so the bits, would depend on how the
/// step was cut into micro-batches.
package final class Parameter: @unchecked Sendable {
  /// The name in model files, such as `model.layers.0.mlp.up_proj.weight`.
  package let name: String
  /// Its own numbers, or what they are packed into, whatever takes their place.
  package private(set) var ownWeights: Weights
  /// The sizes of the weights, `[O, C]` of a matrix; other weights keep them, but for ``resize(to:)``.
  package private(set) var shape: [Int]
  /// What takes the place of its own numbers.
  package private(set) var change: (any WeightChange)?
  /// What the change made last, and the version that it is of.
  private var changed: (version: Int, weights: Weights)?
  /// Those whose numbers follow from these.
  private var dependents: [Dependent] = []
  /// Whether its own numbers are trained.
  private var isLearned = false
  private var changeCount = 0
  private var gradients: [Use: Tensor] = [:]
  /// Whether something was added to a gradient since it was cleared, as far as is known.
  private var hasGradient = false

  /// Which use of the parameter a gradient comes from.
  package struct Use: Hashable, Comparable, Sendable {
    private let place: Int
    /// Whether it is the second of two layers of a block with the same matrix.
    private var isSecond = false

    /// The only one, as most parameters have.
    package static let first = Use(place: 0)
    /// That of a block: blocks may share what they are made of.
    package static func block(_ index: Int) -> Use { Use(place: 1 + index) }
    /// Where another half of the model begins.
    package static let otherHalf = Use(place: .max - 1)
    /// The output head, where that is the table of tokens.
    package static let outputHead = Use(place: .max)

    private init(place: Int) { self.place = place }

    /// That of the second of two layers that have the same matrix.
    var second: Use {
      var use = self
      use.isSecond = true
      return use
    }

    package static func < (one: Use, other: Use) -> Bool {
      (one.place, one.isSecond ? 1 : 0) < (other.place, other.isSecond ? 1 : 0)
    }
  }

  /// A parameter that is not kept alive.
  private struct Dependent {
    weak var parameter: Parameter?
  }

  /// Makes a parameter whose weights are a tensor, so that it can be trained.
  package convenience init(name: String, value: Tensor) {
    self.init(name: name, weights: .dense(value))
  }

  /// Makes a parameter of any weights, frozen until ``isTrainable`` is set.
  package init(name: String, weights: Weights) {
    self.name = name
    ownWeights = weights
    shape = weights.shape
  }

  /// The numbers that count: its own, or those of the change that is in force.
  package var weights: Weights {
    guard let change else { return ownWeights }
    let version = version
    if let changed, changed.version == version { return changed.weights }
    let weights = change.changed(ownWeights)
    precondition(weights.shape == shape, "\(weights.shape) for \(name), \(shape)")
    changed = (version, weights)
    return weights
  }

  /// The tensor; the caller knows that the weights are not packed.
  package var value: Tensor {
    guard case .dense(let tensor) = weights else {
      preconditionFailure("\(name) is packed; it has to be thawed first")
    }
    return tensor
  }

  /// How many numbers there are.
  package var count: Int { shape.reduce(1, *) }

  /// Whether training changes it, or what its numbers follow from; when false no gradient is
  /// computed.
  package var isTrainable: Bool {
    get { isLearned || change?.parts.contains(where: \.isTrainable) == true }
    set { isLearned = newValue }
  }

  /// Grows with every change: what is derived from the value is old when it differs.
  package var version: Int {
    changeCount + (change?.parts.reduce(0) { $0 + $1.version } ?? 0)
  }

  /// Puts other weights of the same shape in the place of its own.
  package func replace(by weights: Weights) {
    precondition(weights.shape == shape, "\(weights.shape) for \(name), \(shape)")
    ownWeights = weights
    noteChange()
  }

  /// Puts weights of another number of rows in the place of its own: a table gets more tokens.
  ///
  /// Nothing is trained, and no change is in force.
  package func resize(to weights: Weights) {
    precondition(change == nil, "\(name) is changed by an adapter")
    shape = weights.shape
    gradients = [:]
    replace(by: weights)
  }

  /// Lets a change take the place of its own numbers; with nil, they count again.
  package func put(_ change: (any WeightChange)?) {
    for part in self.change?.parts ?? [] {
      part.dependents.removeAll { $0.parameter === self || $0.parameter == nil }
    }
    // The version must not be one that was, however many parts there are.
    changeCount = version + 1
    self.change = change
    changed = nil
    for part in change?.parts ?? [] { part.dependents.append(Dependent(parameter: self)) }
  }

  /// Says that the value was changed, so that what was derived from it is worked out anew.
  package func noteChange() { changeCount += 1 }

  // MARK: Gradients

  /// Returns where the gradient of `use` is added up, zeros at first; nil when frozen.
  package func gradient(for use: Use = .first) -> Tensor? {
    guard isTrainable else { return nil }
    hasGradient = true
    if let gradient = gradients[use] { return gradient }
    let gradient = Tensor(zeros: shape, on: ownWeights.device)
    gradients[use] = gradient
    return gradient
  }

  /// Adds up the gradients of all uses, in the order of ``Use``, and of those whose numbers follow
  /// from these, and returns the sum, which is that of the first use from now on.
  package func collectGradient() -> Tensor? {
    for dependent in dependents { dependent.parameter?.passGradientOn() }
    let uses = gradients.sorted { $0.key < $1.key }.map(\.value)
    guard isTrainable, let sum = uses.first else { return gradient() }
    for gradient in uses.dropFirst() {
      sum.add(gradient)
      gradient.fill(0)
    }
    return sum
  }

  /// Hands the gradient on to what the numbers follow from.
  private func passGradientOn() {
    guard let change, hasGradient, let gradient = collectGradient() else { return }
    change.backward(gradient, own: ownWeights)
    clearGradient()
  }

  /// Sets the gradient to zero, keeping its memory.
  package func clearGradient() {
    for dependent in dependents {
      guard let parameter = dependent.parameter, parameter.hasGradient else { continue }
      parameter.clearGradient()
    }
    for gradient in gradients.values { gradient.fill(0) }
    hasGradient = false
  }

  /// The floats that gradients take now.
  package var gradientCount: Int { gradients.values.reduce(0) { $0 + $1.count } }

  /// Gives the gradient's memory back: after training.
  package func releaseGradient() {
    for dependent in dependents { dependent.parameter?.releaseGradient() }
    gradients = [:]
  }
}
