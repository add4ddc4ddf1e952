import Tensors
import TestSupport
import Testing
import Training

/// A training's result is a function of weights, data, settings and seed, and of nothing else.
///
/// The vector path and the number of threads belong to the whole process, so these tests run one
/// after the other. Tests of other suites may run meanwhile and see either: by what is shown
/// here, they cannot tell.
@Suite("The same bits however it is computed", .serialized)
struct ExactnessTests {
  @Test("threads, vector paths and micro-batches", arguments: TrialRun.Kind.allCases)
  func anyWay(kind: TrialRun.Kind) throws {
    let (path, threads) = (VectorPath.current, Parallelism.threadCount)
    defer {
      _ = path.select()
      Parallelism.setThreadCount(threads)
    }
    #expect(VectorPath.portable.select())
    Parallelism.setThreadCount(1)
    let reference = try TrialRun(kind).finished()
    #expect(Set(reference.losses).count == 4)
    for path in VectorPath.allCases where path.select() {
      for threads in 1...3 {
        Parallelism.setThreadCount(threads)
        // One sequence at a time; two or so; the whole step packed into one batch.
        for budget in [1, 100, 4096] {
          var plan = TrialRun.plan(kind)
          plan.microbatchTokens = budget
          let state = try TrialRun(kind, plan: plan).finished()
          #expect(state == reference, "\(path), \(threads) threads, micro-batches of \(budget)")
        }
      }
    }
  }

  @Test("the seed counts, and so does what is trained") func otherBits() throws {
    var states: Set<TrainingState> = []
    for kind in TrialRun.Kind.allCases { states.insert(try TrialRun(kind).finished()) }
    var plan = TrialRun.plan(.lowRankTied)
    plan.seed = 12
    states.insert(try TrialRun(.lowRankTied, plan: plan).finished())
    #expect(states.count == TrialRun.Kind.allCases.count + 1)
  }
}
