import Datasets
import Execution
import TestSupport
import Testing
import Training

@Suite("Jumps of the loss (T05)") struct LossJumpTests {
  /// The jumps that losses have, each as if it was the last one.
  private func jumps(_ losses: [Float]) -> [Int] {
    losses.indices.compactMap { LossJump(lastOf: Array(losses[...$0])) { [] }?.step }
  }

  @Test("ten times the usual loss, and a nat more, is a jump, and what stays up there is one")
  func found() {
    let low = [Float](repeating: 0.2, count: 8)
    #expect(jumps(low + [2.1] + low) == [9])
    #expect(jumps(low + [1.9] + low) == [])
    #expect(jumps(low + [Float](repeating: 9, count: 30)) == [9])
    #expect(jumps([0.01, 0.01, 0.01, 0.01, 0.01, 0.2, 0.01]) == [])
    #expect(jumps([0.1, 0.1, 0.1, 0.1, 9]) == [])
    let twice = low + [5] + [Float](repeating: 0.2, count: 25) + [5]
    #expect(jumps(twice) == [9, 35])
    #expect(jumps([Float](repeating: 4, count: 10) + [39] + [41]) == [12])
    #expect(jumps([]) == [] && jumps([.nan, .nan, .nan, .nan, .nan, .nan]) == [])
  }

  @Test("a poisoned row is told with its number, when its batch is met") func poisoned()
    async throws
  {
    let texts = TinyModel.examples(lengths: [12, 12]).map(\.ids)
    let rows = (0..<12).map { row in
      EncodedExample(
        ids: texts[row == 7 ? 1 : 0], lossMask: (0..<12).map { $0 >= 6 }, row: row)
    }
    var plan = TrialRun.plan(.fullTied)
    plan.batchSize = 1
    plan.length = .epochs(6)
    plan.maxGradientNorm = 0
    plan.weightDecay = 0
    let trial = try TrialRun(.fullTied, plan: plan, examples: rows)
    var told: [LossJump] = []
    var losses: [Float] = []
    var run = try TrainingRun(trial.trainer, .init(.epochs(6)), stop: StopFlag()) { event in
      if case .jumped(let jump) = event { told.append(jump) }
      if case .stepped(let progress) = event { losses.append(Float(progress.report.loss)) }
    }
    _ = try await run.run()
    #expect(!told.isEmpty, "\(losses)")
    for jump in told {
      #expect(jump.rows == [7])
      #expect(jump.loss == Double(losses[jump.step - 1]) && jump.usual < 0.1 * jump.loss)
    }
  }
}
