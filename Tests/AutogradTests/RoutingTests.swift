import Autograd
import Tensors
import TestSupport
import Testing

@Suite("Rows go to their experts") struct RoutingTests {
  /// The experts of each row, and their weights.
  static func routed(
    _ logits: [[Float]], _ rule: RoutingRule, correction: [Float]? = nil
  ) -> [[Int: Float]] {
    let tape = Tape(arena: Arena(), isRecording: false)
    let tensor = Tensor(logits.flatMap(\.self), shape: [logits.count, rule.expertCount])
    let routing = tape.routing(
      Variable(tensor, needsGradient: false), rule,
      correction: correction.map { Tensor($0, shape: [rule.expertCount]) })
    var next = [Int](repeating: 0, count: logits.count)
    var rows = [[Int: Float]](repeating: [:], count: logits.count)
    let weights = routing.weights.value.values
    for members in routing.members {
      for row in members.rows.map(Int.init) {
        rows[row][members.expert] = weights[row * rule.chosenCount + next[row]]
        next[row] += 1
      }
    }
    return rows
  }

  @Test("of equal scores the lower index is chosen") func ties() {
    let rule = RoutingRule(expertCount: 5, chosenCount: 2, scores: .softmaxOfChosen)
    #expect(
      Self.routed([[1, 1, 1, 1, 1], [0, 2, 1, 2, 2]], rule) == [
        [0: 0.5, 1: 0.5], [1: 0.5, 3: 0.5],
      ])
  }

  @Test("weights are shares of all, of the chosen, or times a factor") func weights() {
    func only(_ rule: RoutingRule) -> [Float] {
      Self.routed([[0, 1, 2, 3]], rule)[0].sorted { $0.key < $1.key }.map(\.value)
    }
    expectClose(
      only(RoutingRule(expertCount: 4, chosenCount: 2, scores: .softmax)), [0.236883, 0.643914],
      within: 1e-6)
    let ofTwo: [Float] = [0.268941, 0.731059]
    for scores in [RoutingRule.Scores.softmax, .softmaxOfChosen] {
      let rule = RoutingRule(
        expertCount: 4, chosenCount: 2, scores: scores, isNormalized: scores == .softmax)
      expectClose(only(rule), ofTwo, within: 1e-6)
    }
    expectClose(
      only(RoutingRule(expertCount: 4, chosenCount: 2, scores: .sigmoid, scale: 2)),
      [1.761594, 1.905148], within: 1e-6)
  }

  @Test("the best groups come first, by their best or their best two") func groups() {
    // The largest two are in groups of their own; group 2 has the best two together.
    let row: [Float] = [5, 0, 4, 1, 3.5, 3.4]
    func chosen(_ groups: RoutingRule.Groups) -> [Int] {
      let rule = RoutingRule(
        expertCount: 6, chosenCount: 2, scores: .sigmoid, groups: groups)
      return Self.routed([row], rule)[0].keys.sorted()
    }
    #expect(chosen(.init(count: 3, chosenCount: 1, scoredCount: 1)) == [0, 1])
    #expect(chosen(.init(count: 3, chosenCount: 1, scoredCount: 2)) == [4, 5])
    #expect(chosen(.init(count: 3, chosenCount: 2, scoredCount: 1)) == [0, 2])
  }

  @Test("a correction counts for the choice, and not for the weights") func correction() {
    let rule = RoutingRule(expertCount: 3, chosenCount: 1, scores: .sigmoid)
    #expect(Self.routed([[1, 2, 0]], rule, correction: [0, 0, 1]) == [[2: 0.5]])
  }
}
