import Datasets
import Evaluation
import Execution
package import Models
import Tensors

/// How fast this machine computes a model, measured by running it for a moment.
package enum SpeedProbe {
  /// The arithmetic of one measured pass, at the most, in floating-point operations: half a second
  /// of one slow core.
  private static let work = 2e10

  /// Measures a forward pass over a few tokens of the training's own rows, the second of two, so
  /// that memory is warm.
  package static func operationsPerSecond(
    of model: Transformer, _ schedule: StepSchedule, plan: TrainingPlan
  ) -> Double {
    let perToken = 2 * Double(model.parameterCount)
    let wanted = Int(min(512, max(32, work / perToken)))
    var examples: [EncodedExample] = []
    var tokens = 0
    for example in schedule.examples where tokens < wanted {
      examples += example.windows(of: max(2, wanted - tokens + 1)).prefix(1)
      tokens += (examples.last ?? example).computedCount
    }
    let pass = schedule.totals(of: examples)
    let forward = WorkEstimate(model: model, plan: plan, of: pass).forward
    let clock = ContinuousClock()
    let device = model.device.computing(plan.precision) ?? model.device
    let arena = Arena(device)
    var took = Duration.zero
    for _ in 1...2 {
      took = clock.measure {
        _ = Evaluator.loss(
          of: model, on: examples, by: schedule.objective,
          microbatchTokens: plan.microbatchTokens, arena: arena)
      }
    }
    return forward / max(1e-9, took.seconds)
  }
}
