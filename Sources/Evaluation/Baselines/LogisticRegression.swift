import Mathematics

/// Tells labels by weights of words: what a simple classifier makes of a text.
///
/// Least is `Σ loss + ½ Σ weight²`, without the intercepts: softmax over all labels, or for two labels
/// one sum of weights that speaks for the second.
///
/// Source: equal to scikit-learn's `LogisticRegression` as it is (C = 1), of the same vectors.
package struct LogisticRegression: Sendable {
  /// Sums of weights a text has: one for two labels, else one a label.
  private let width: Int
  private let labelCount: Int
  /// `[words + 1, width]`: the weights of each word, then the intercepts.
  private let weights: [Double]

  /// Learns from vectors of `wordCount` words, each with the place of its label.
  ///
  /// `stop` is asked now and then; after a stop the weights are those of then.
  package init(
    _ vectors: [WordVectors.Vector], labels: [Int], labelCount: Int, wordCount: Int,
    stop: () -> Bool = { false }
  ) {
    precondition(vectors.count == labels.count, "\(vectors.count) texts, \(labels.count) labels")
    let width = labelCount == 2 ? 1 : labelCount
    (self.width, self.labelCount) = (width, labelCount)
    let problem = Problem(
      vectors: vectors, labels: labels, labelCount: labelCount, width: width, wordCount: wordCount)
    let start = [Double](repeating: 0, count: (wordCount + 1) * width)
    weights = Descent.minimum(of: problem.valueAndGradient, from: start, stop: stop)
  }

  /// How likely each label is for a text.
  package func shares(of vector: WordVectors.Vector) -> [Double] {
    Self.shares(Self.sums(vector, weights, width), labelCount)
  }

  /// The place of the likeliest label, the first of equals.
  package func label(of vector: WordVectors.Vector) -> Int {
    let shares = shares(of: vector)
    return shares.indices.reduce(0) { shares[$1] > shares[$0] ? $1 : $0 }
  }

  private static func sums(
    _ vector: WordVectors.Vector, _ weights: [Double], _ width: Int
  ) -> [Double] {
    var sums = Array(weights.suffix(width))
    for (word, weight) in vector {
      for column in 0..<width { sums[column] += weight * weights[word * width + column] }
    }
    return sums
  }

  private static func shares(_ sums: [Double], _ labelCount: Int) -> [Double] {
    let scores = labelCount == 2 ? [0, sums[0]] : sums
    let most = scores.max() ?? 0
    let parts = scores.map { exponential($0 - most) }
    let whole = parts.reduce(0, +)
    return parts.map { $0 / whole }
  }

  /// What is to be made least.
  private struct Problem {
    let vectors: [WordVectors.Vector]
    let labels: [Int]
    let labelCount: Int
    let width: Int
    let wordCount: Int

    func valueAndGradient(_ weights: [Double]) -> (value: Double, gradient: [Double]) {
      var gradient = weights
      var value = 0.0
      for index in 0..<wordCount * width { value += weights[index] * weights[index] / 2 }
      for column in 0..<width { gradient[wordCount * width + column] = 0 }
      for (vector, label) in zip(vectors, labels) {
        let shares = LogisticRegression.shares(
          LogisticRegression.sums(vector, weights, width), labelCount)
        value -= logarithm(max(shares[label], .leastNormalMagnitude))
        for column in 0..<width {
          let place = labelCount == 2 ? 1 : column
          let slope = shares[place] - (place == label ? 1 : 0)
          gradient[wordCount * width + column] += slope
          for (word, weight) in vector { gradient[word * width + column] += slope * weight }
        }
      }
      return (value, gradient)
    }
  }
}

/// Goes down a convex function by its gradient and what the last steps tell of its curvature.
///
/// Source: Liu and Nocedal 1989, "On the limited memory BFGS method for large scale optimization".
enum Descent {
  private static let memory = 10
  private static let mostSteps = 500
  /// No part of the gradient is larger at the end.
  private static let tolerance = 1e-6

  static func minimum(
    of function: ([Double]) -> (value: Double, gradient: [Double]), from start: [Double],
    stop: () -> Bool
  ) -> [Double] {
    var point = start
    var (value, gradient) = function(point)
    var steps: [(move: [Double], change: [Double])] = []
    for _ in 0..<mostSteps where gradient.contains(where: { abs($0) > tolerance }) {
      if stop() { break }
      var direction = direction(gradient, steps)
      if dot(direction, gradient) >= 0 {
        // What was remembered leads up; begin again along the gradient.
        steps = []
        direction = gradient.map { -$0 }
      }
      let slope = dot(direction, gradient)
      var length = steps.isEmpty ? 1 / max(1, dot(gradient, gradient).squareRoot()) : 1
      var next: (point: [Double], value: Double, gradient: [Double])?
      // Half as far until it is lower by a share of what the slope promises.
      while length > 1e-12 {
        let there = zip(point, direction).map { $0 + length * $1 }
        let found = function(there)
        if found.value <= value + 1e-4 * length * slope {
          next = (there, found.value, found.gradient)
          break
        }
        length /= 2
      }
      guard let next else { break }
      let step = (
        move: zip(next.point, point).map { $0 - $1 },
        change: zip(next.gradient, gradient).map { $0 - $1 }
      )
      if dot(step.move, step.change) > 0 { steps = steps.suffix(memory - 1) + [step] }
      (point, value, gradient) = next
    }
    return point
  }

  /// Where to go: the gradient, turned by the inverse of the curvature that the steps tell of.
  private static func direction(
    _ gradient: [Double], _ steps: [(move: [Double], change: [Double])]
  ) -> [Double] {
    var direction = gradient.map { -$0 }
    var shares: [Double] = []
    for (move, change) in steps.reversed() {
      let share = dot(move, direction) / dot(move, change)
      shares.append(share)
      for index in direction.indices { direction[index] -= share * change[index] }
    }
    if let (move, change) = steps.last {
      let scale = dot(move, change) / dot(change, change)
      for index in direction.indices { direction[index] *= scale }
    }
    for ((move, change), share) in zip(steps, shares.reversed()) {
      let other = dot(change, direction) / dot(move, change)
      for index in direction.indices { direction[index] += (share - other) * move[index] }
    }
    return direction
  }

  private static func dot(_ one: [Double], _ other: [Double]) -> Double {
    var sum = 0.0
    for index in one.indices { sum += one[index] * other[index] }
    return sum
  }
}
