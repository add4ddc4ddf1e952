import Constraints
import Tensors

/// What changes the logits of an answer before a token is chosen: a bias, and a form that it is held to.
struct Steering {
  private let bias: [Int32: Float]
  private let constraint: Constraint?
  private var state: ConstraintState?

  /// Takes what a request asks for; nil when it asks for nothing of that.
  init?(_ request: GenerationRequest) {
    guard !request.bias.isEmpty || request.constraint != nil else { return nil }
    bias = request.bias
    constraint = request.constraint
    state = constraint?.start()
  }

  /// Returns what a token is chosen from, `[1, V]`, and where it is largest; nil when none may be
  /// chosen.
  mutating func steer(
    _ logits: Tensor, row: Int, endTokens: Set<Int32>
  ) -> (logits: Tensor, largest: Int32)? {
    var values = logits.rows(row..<row + 1).values
    for (token, change) in bias where values.indices.contains(Int(token)) {
      values[Int(token)] += change
    }
    if let mask = allowedTokens(endTokens) {
      for place in values.indices where !mask.contains(Int32(place)) {
        values[place] = -.infinity
      }
    }
    var largest = 0
    for place in values.indices where values[place] > values[largest] { largest = place }
    guard values[largest] > -.infinity else { return nil }
    return (Tensor(values, shape: [1, values.count], on: logits.device), Int32(largest))
  }

  /// The tokens that the form allows, an end only where it is complete; nil without a form.
  private mutating func allowedTokens(_ endTokens: Set<Int32>) -> TokenMask? {
    guard let constraint, var state else { return nil }
    var mask = constraint.allowedTokens(&state)
    self.state = state
    for token in endTokens {
      if state.isComplete { mask.insert(token) } else { mask.remove(token) }
    }
    return mask
  }

  /// Whether the answer may end here: where it is held to a form, when that is complete.
  var mayEnd: Bool { state?.isComplete ?? true }

  /// Takes the token that was chosen; returns whether the form has nothing after it.
  mutating func append(_ token: Int32) -> Bool {
    guard let constraint, var state else { return false }
    _ = constraint.append(token, to: &state)
    self.state = state
    return state.isFinished
  }
}
