import Autograd
import Tensors

/// What the positions of a model's layers turn queries and keys by, and add to scores: a table a
/// plan, made when it is first asked for.
final class PositionTables {
  private let positionCount: Int
  private let device: any Device
  private var rotaries: [RotaryPlan: RotaryTable] = [:]
  private var alibis: [AlibiPlan: Tensor] = [:]

  init(positionCount: Int, on device: any Device) {
    self.positionCount = positionCount
    self.device = device
  }

  /// The angles of a plan; nil where nothing is turned.
  func rotary(_ plan: RotaryPlan?) -> RotaryTable? {
    guard let plan else { return nil }
    if let table = rotaries[plan] { return table }
    let table = RotaryTable(
      inverseFrequencies: plan.frequencies, positionCount: positionCount,
      isInterleaved: plan.isInterleaved, magnitude: plan.scaling.magnitude, long: plan.long,
      on: device)
    rotaries[plan] = table
    return table
  }

  /// What a plan adds to the scores of each head with each key, `[H, ·]`, as long as attention
  /// reads: whole blocks.
  func keyScores(_ plan: AlibiPlan?) -> Tensor? {
    guard let plan else { return nil }
    if let table = alibis[plan] { return table }
    let block = CachedKeys.blockLength
    let count = (positionCount + block - 1) / block * block
    let table = Tensor(plan.scores(count: count), shape: [plan.headCount, count], on: device)
    alibis[plan] = table
    return table
  }
}
