import Autograd

/// The blocks of a model, or of one half of it, and the norm after them.
///
/// Those of one plan are one: they share their weights, and what is attached to them.
struct Blocks {
  /// In their order.
  private(set) var layers: [Layer] = []
  /// After the last block; nil where its output is that of the whole.
  let norm: Norm?
  /// Whether a tensor belongs to several blocks: each of them is then a use of its own.
  private let sharesTensors: Bool
  /// The place of each block among those of its kind: a cache keeps no keys where there are none.
  private let places: [Int]

  init<Failure: Error>(
    _ plans: [LayerPlan], _ norm: NormPlan?, _ source: WeightSource<Failure>,
    _ positions: PositionTables
  ) throws(Failure) {
    var made: [LayerPlan: Layer] = [:]
    for plan in plans {
      let layer =
        if let layer = made[plan] { layer } else { try Layer(plan, source, positions: positions) }
      made[plan] = layer
      layers.append(layer)
    }
    self.norm = try source.norm(norm)
    let hasAttention = plans.map { $0.attention != nil }
    places = hasAttention.indices.map { index in
      hasAttention[..<index].count { $0 == hasAttention[index] }
    }
    sharesTensors = plans.useCounts.values.contains { $0 > 1 }
  }

  /// Returns what the blocks and the norm make of `x`, `[N, C]`.
  func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
    var x = x
    for (index, layer) in layers.enumerated() {
      x = pass.tape.checkpoint(x) { x, tape in
        tape.using(sharesTensors ? .block(index) : .first) {
          layer(x, pass.on(tape), index: places[index])
        }
      }
    }
    return norm?(x, pass) ?? x
  }
}
