import Mathematics

/// Which experts a token goes to, and how much each of them counts: a function of the scores that
/// a router gives it, one an expert.
///
/// Worked out in double, a row by itself, so that it depends on nothing else.
package struct RoutingRule: Hashable, Sendable {
  /// What becomes of the scores before experts are chosen.
  package enum Scores: Hashable, Sendable {
    /// Shares of all experts, which sum to 1.
    case softmax
    /// Each between 0 and 1, by itself.
    case sigmoid
    /// Chosen as they are; then shares among the chosen.
    case softmaxOfChosen
  }

  /// Experts in groups of neighbours, of which the best are looked into.
  package struct Groups: Hashable, Sendable {
    /// How many there are; it divides the experts.
    package let count: Int
    /// How many are looked into.
    package let chosenCount: Int
    /// How many of a group's best experts make up its score.
    package let scoredCount: Int

    package init(count: Int, chosenCount: Int, scoredCount: Int) {
      self.count = count
      self.chosenCount = chosenCount
      self.scoredCount = scoredCount
    }
  }

  /// The experts, E.
  package let expertCount: Int
  /// How many a token goes to, K.
  package let chosenCount: Int
  /// What becomes of the scores.
  package let scores: Scores
  /// Whether the weights of the chosen are divided by their sum.
  package var isNormalized = false
  /// What weights are multiplied by at last.
  package var scale = 1.0
  /// Whether experts are chosen by groups first; nil where all are looked at.
  package var groups: Groups?

  /// Makes a rule; what is left out is as in the plainest one.
  package init(
    expertCount: Int, chosenCount: Int, scores: Scores, isNormalized: Bool = false,
    scale: Double = 1, groups: Groups? = nil
  ) {
    precondition(
      chosenCount > 0 && chosenCount <= expertCount, "\(chosenCount) of \(expertCount) experts")
    self.expertCount = expertCount
    self.chosenCount = chosenCount
    self.scores = scores
    self.isNormalized = isNormalized
    self.scale = scale
    self.groups = groups
  }
}

// MARK: One token

extension RoutingRule {
  /// The experts of a token, ascending; of equal scores the lower index counts as the higher.
  ///
  /// `correction`, a number an expert, is added to the scores for the choice alone.
  func choice(_ logits: ArraySlice<Float>, correction: [Float]?) -> [Int] {
    var values = logits.map { Double($0) }
    if scores != .softmaxOfChosen { values = activated(values) }
    if let correction { values = zip(values, correction).map { $0 + Double($1) } }
    let candidates = groups.map { self.candidates(values, $0) } ?? Array(values.indices)
    return Self.largest(chosenCount, of: values, among: candidates).sorted()
  }

  /// The experts of the best groups.
  private func candidates(_ values: [Double], _ groups: Groups) -> [Int] {
    let size = expertCount / groups.count
    func members(_ group: Int) -> [Int] { Array(group * size..<(group + 1) * size) }
    let sums = (0..<groups.count).map { group in
      Self.largest(groups.scoredCount, of: values, among: members(group))
        .reduce(0) { $0 + values[$1] }
    }
    return Self.largest(groups.chosenCount, of: sums, among: Array(sums.indices))
      .sorted().flatMap(members)
  }

  private static func largest(_ count: Int, of values: [Double], among places: [Int]) -> [Int] {
    Array(
      places.sorted { values[$0] != values[$1] ? values[$0] > values[$1] : $0 < $1 }
        .prefix(count))
  }

  /// What the weights of the chosen experts are made of, and what they are divided by.
  private func parts(_ logits: ArraySlice<Float>, _ chosen: [Int]) -> (
    values: [Double], sum: Double
  ) {
    let all = logits.map { Double($0) }
    let values =
      scores == .softmaxOfChosen
      ? activated(chosen.map { all[$0] })
      : { activated in chosen.map { activated[$0] } }(activated(all))
    // What keeps the reference from dividing by zero.
    return (values, isNormalized ? values.reduce(0, +) + 1e-20 : 1)
  }

  /// The weights of the chosen experts.
  func weights(_ logits: ArraySlice<Float>, _ chosen: [Int]) -> [Double] {
    let (values, sum) = parts(logits, chosen)
    return values.map { $0 / sum * scale }
  }

  /// The gradient of the logits, given that of the weights; which experts are chosen is constant.
  func gradient(_ logits: ArraySlice<Float>, _ chosen: [Int], _ dWeights: [Double]) -> [Double] {
    let (values, sum) = parts(logits, chosen)
    var dValues = dWeights.map { $0 * scale / sum }
    if isNormalized {
      let shift = zip(dValues, values).reduce(0) { $0 + $1.0 * $1.1 } / sum
      dValues = dValues.map { $0 - shift }
    }
    var gradient = [Double](repeating: 0, count: expertCount)
    switch scores {
    case .sigmoid:
      for (place, expert) in chosen.enumerated() {
        gradient[expert] = dValues[place] * values[place] * (1 - values[place])
      }
    case .softmaxOfChosen:
      let mean = zip(dValues, values).reduce(0) { $0 + $1.0 * $1.1 }
      for (place, expert) in chosen.enumerated() {
        gradient[expert] = values[place] * (dValues[place] - mean)
      }
    case .softmax:
      let mean = zip(dValues, values).reduce(0) { $0 + $1.0 * $1.1 }
      gradient = activated(logits.map { Double($0) }).map { -$0 * mean }
      for (place, expert) in chosen.enumerated() {
        gradient[expert] += values[place] * dValues[place]
      }
    }
    return gradient
  }

  private func activated(_ values: [Double]) -> [Double] {
    guard scores != .sigmoid else { return values.map { 1 / (1 + exponential(-$0)) } }
    let largest = values.max() ?? 0
    let powers = values.map { exponential($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}
