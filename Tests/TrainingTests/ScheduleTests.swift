import Testing
import Training

/// Learning rates against values worked out by hand from the definition.
///
/// Tolerance: the cosine is the engine's own, good to 1e-14.
@Suite("Learning rate schedules") struct ScheduleTests {
  @Test("it rises evenly to the full rate; the first step's is above 0") func warmup() {
    let plan = plan(.constant, warmup: 0.4)
    expectRates(plan, steps: 10, [0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1])
  }

  @Test("a warm-up of part of a step is a whole one") func roundedUp() {
    expectRates(plan(.constant, warmup: 0.3), steps: 4, [0.5, 1, 1, 1])
  }

  @Test("a warm-up of everything never falls") func onlyWarmup() {
    expectRates(plan(.cosine, warmup: 1), steps: 4, [0.25, 0.5, 0.75, 1])
  }

  @Test("constant stays") func constant() {
    expectRates(plan(.constant), steps: 3, [1, 1, 1])
  }

  @Test("linear falls along a line to its floor at the last step") func linear() {
    expectRates(plan(.linear, floor: 0.2), steps: 5, [1, 0.8, 0.6, 0.4, 0.2])
    expectRates(plan(.linear, warmup: 0.4, floor: 0), steps: 5, [0.5, 1, 1, 0.5, 0])
  }

  @Test("cosine falls along half a wave to its floor at the last step") func cosine() {
    // (1 + cos(π · k / 4)) / 2 is 1, (2 + √2) / 4, 1/2, (2 − √2) / 4, 0.
    let (early, late) = ((2 + 2.0.squareRoot()) / 4, (2 - 2.0.squareRoot()) / 4)
    expectRates(plan(.cosine, floor: 0), steps: 5, [1, early, 0.5, late, 0])
    expectRates(
      plan(.cosine, floor: 0.1), steps: 5, [1, 0.1 + 0.9 * early, 0.55, 0.1 + 0.9 * late, 0.1])
  }

  @Test("a run of one step has the full rate", arguments: Schedule.allCases)
  func oneStep(schedule: Schedule) {
    expectRates(plan(schedule), steps: 1, [1])
  }

  private func plan(_ schedule: Schedule, warmup: Double = 0, floor: Double = 0) -> TrainingPlan {
    var plan = TrainingPlan()
    plan.learningRate = 1
    plan.schedule = schedule
    plan.warmup = warmup
    plan.finalRate = floor
    return plan
  }

  private func expectRates(
    _ plan: TrainingPlan, steps: Int, _ expected: [Double],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let rates = (0..<steps).map { plan.learningRate(step: $0, of: steps) }
    let differences = zip(rates, expected).map { abs($0 - $1) }
    #expect(
      rates.count == expected.count && differences.allSatisfy { $0 < 1e-13 },
      "\(rates) instead of \(expected)", sourceLocation: sourceLocation)
  }
}
