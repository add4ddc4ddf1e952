import Tensors

/// What a checkpoint knows of a run beside its trainer: what a training that goes on, or that is over
/// and run once more, must know.
struct RunRecord {
  /// The seconds that the processes so far took.
  var seconds = 0.0
  /// The tokens that they computed.
  var tokenCount = 0
  /// Whether its hook had ended the training, or had it pause.
  var hookEnding: HookEnding?
  /// Whether the last step's measurement, or its hook, is still to come.
  var isStepOpen = false

  /// How a hook ends a training; the numbers are those of checkpoints.
  enum HookEnding: Double {
    case end = 1
    case pause = 2
  }

  /// What names of the best weights begin with.
  private static let bestPrefix = "best/"

  init() {}

  /// The record, and what was measured, as tensors by name.
  func tensors(
    with stopping: EarlyStopping, on device: any Device
  ) -> [(name: String, tensor: Tensor)] {
    var state = stopping.bestWeights.map { (name: Self.bestPrefix + $0.name, tensor: $0.tensor) }
    state.append(("seconds", Self.tensor(seconds, on: device)))
    state.append(("tokens", Self.tensor(Double(tokenCount), on: device)))
    state.append(("block", Self.tensor(hookEnding?.rawValue ?? 0, on: device)))
    state.append(("open", Self.tensor(isStepOpen ? 1 : 0, on: device)))
    let evaluations = stopping.evaluations
    if !evaluations.isEmpty {
      let rows = evaluations.map {
        [Float($0.step), $0.loss, $0.accuracy] + ($0.margin.map { [$0] } ?? [])
      }
      let shape = [evaluations.count, rows.first?.count ?? 0]
      state.append(("evaluations", Tensor(rows.flatMap(\.self), shape: shape, on: device)))
    }
    return state
  }

  /// Takes over what ``tensors(with:on:)`` gave; what was measured on other rows is left out.
  init(
    _ state: [(name: String, tensor: Tensor)], isSameDev: Bool, into stopping: inout EarlyStopping
  ) {
    let byName = Dictionary(state.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    seconds = Self.number(byName["seconds"])
    tokenCount = Int(exactly: Self.number(byName["tokens"])) ?? 0
    hookEnding = HookEnding(rawValue: Self.number(byName["block"]))
    isStepOpen = Self.number(byName["open"]) == 1
    let evaluations = isSameDev ? Self.evaluations(byName["evaluations"]) : []
    stopping.goOn(
      after: evaluations,
      bestWeights: state.filter { $0.name.hasPrefix(Self.bestPrefix) }.map {
        (name: String($0.name.dropFirst(Self.bestPrefix.count)), tensor: $0.tensor)
      })
  }

  private static func evaluations(_ tensor: Tensor?) -> [DevEvaluation] {
    guard let tensor, let width = tensor.shape.last, tensor.shape.count == 2, width >= 3 else {
      return []
    }
    let rows = tensor.values
    return stride(from: 0, to: rows.count, by: width).compactMap { start in
      Int(exactly: rows[start]).map {
        DevEvaluation(
          step: $0, loss: rows[start + 1], accuracy: rows[start + 2],
          margin: width > 3 ? rows[start + 3] : nil)
      }
    }
  }

  /// A number in three parts, of which each is one in float32: none of its bits is lost.
  private static func tensor(_ number: Double, on device: any Device) -> Tensor {
    let high = Float(number)
    let middle = Float(number - Double(high))
    let low = Float(number - Double(high) - Double(middle))
    return Tensor([high, middle, low], shape: [3], on: device)
  }

  private static func number(_ tensor: Tensor?) -> Double {
    let number = (tensor?.values ?? []).reversed().reduce(0) { $0 + Double($1) }
    return number.isFinite ? number : 0
  }
}
